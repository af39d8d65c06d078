-- Run by `nvim --headless -u NONE -l check.lua` with PLUGIN, SERVER and FILE in the environment.
local function wait(what, condition)
  assert(vim.wait(20000, condition, 20), 'never came: ' .. what)
end

local passed, failed = 0, 0
local function check(name, body)
  local ok, err = xpcall(body, debug.traceback)
  passed, failed = passed + (ok and 1 or 0), failed + (ok and 0 or 1)
  io.write(('%s - %s%s\n'):format(ok and 'ok' or 'not ok', name, ok and '' or '\n' .. tostring(err)))
end

vim.opt.runtimepath:append(vim.env.PLUGIN)
vim.cmd('filetype plugin on | syntax on')
vim.cmd.runtime('plugin/httpls.lua')
require('httpls').setup({ cmd = vim.json.decode(vim.env.SERVER) })
local told = {}
vim.notify = function(text)
  table.insert(told, text)
end
vim.ui.select = function(items, _, on_choice)
  on_choice(vim.tbl_contains(items, 'Trust') and 'Trust' or 'dev')
end

vim.cmd.edit(vim.env.FILE)
local buffer = vim.api.nvim_get_current_buf()
local client

check('a .http file has the file type http', function()
  assert(vim.bo[buffer].filetype == 'http', vim.bo[buffer].filetype)
end)

check('the server attaches', function()
  wait('the client', function()
    client = require('httpls').client(buffer)
    return client ~= nil and client.initialized
  end)
end)

check('a diagnostic and its fix', function()
  wait('a diagnostic', function()
    return #vim.diagnostic.get(buffer) > 0
  end)
  vim.api.nvim_win_set_cursor(0, { 6, 22 })
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  params.context = { diagnostics = {}, only = { 'quickfix' } }
  local answer = vim.lsp.buf_request_sync(buffer, 'textDocument/codeAction', params, 10000)
  local action = answer[client.id].result[1]
  vim.lsp.util.apply_workspace_edit(action.edit, client.offset_encoding)
  assert(vim.api.nvim_buf_get_lines(buffer, 5, 6, false)[1] == 'GET {{base}}/one?q={{word}}')
end)

check('completion of a parameter of a scheme', function()
  vim.api.nvim_buf_set_lines(buffer, -1, -1, false, { '', '###', '# @auth basic me', '# @auth-' })
  local line = vim.api.nvim_buf_line_count(buffer) - 1
  local params = { textDocument = { uri = vim.uri_from_bufnr(buffer) }, position = { line = line, character = 8 } }
  local items = vim.lsp.buf_request_sync(buffer, 'textDocument/completion', params, 10000)[client.id].result.items
  local labels = vim.tbl_map(function(item)
    return item.label
  end, items)
  assert(vim.tbl_contains(labels, 'auth-password'), vim.inspect(labels))
  vim.api.nvim_buf_set_lines(buffer, line - 3, -1, false, {})
end)

check('an environment is chosen and shown in the status line', function()
  vim.cmd('Httpls env')
  wait('the environment', function()
    return require('httpls').status() == 'dev'
  end)
end)

check('sending shows the response beside the file, after the project is trusted', function()
  vim.api.nvim_win_set_cursor(0, { 6, 0 })
  vim.cmd('Httpls send')
  wait('the response', function()
    local shown = vim.fn.bufnr('^httpls://response$')
    return shown ~= -1
      and table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n'):find('HTTP/1.1 200', 1, true)
  end)
  assert(vim.api.nvim_get_current_buf() == buffer, 'the cursor has moved to the response')
  assert(vim.fn.bufwinid(vim.fn.bufnr('^httpls://response$')) ~= -1, 'no window shows the response')
  wait('the summary', function()
    return #told > 0
  end)
  assert(told[#told]:find('one: 200', 1, true), told[#told])
end)

check('the window of the response shows head, body and the responses before', function()
  local function shown()
    return table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('^httpls://response$'), 0, -1, false), '\n')
  end
  vim.api.nvim_set_current_win(vim.fn.bufwinid(vim.fn.bufnr('^httpls://response$')))
  vim.cmd.normal('B')
  assert(shown() == '{\n  "a": 1\n}', shown())
  assert(vim.bo.syntax == 'json', vim.bo.syntax)
  vim.cmd.normal('H')
  assert(shown():find('HTTP/1.1 200', 1, true) and not shown():find('"a"', 1, true), shown())
  vim.cmd.normal('A')
  vim.cmd.normal('r')
  wait('the second response', function()
    return vim.wo.winbar:find('2/2', 1, true) ~= nil
  end)
  vim.cmd.normal('[')
  assert(vim.wo.winbar:find('1/2', 1, true), vim.wo.winbar)
  vim.cmd.normal('q')
  vim.cmd('Httpls output')
  local lines = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  local _, exchanges = lines:gsub('HTTP/1.1 200', '')
  assert(exchanges == 2, lines)
  vim.cmd.normal('q')
  vim.api.nvim_set_current_buf(buffer)
end)

check('the authentication of a request is explained', function()
  vim.api.nvim_win_set_cursor(0, { 12, 0 })
  vim.cmd('Httpls explain')
  wait('the explanation', function()
    local shown = vim.fn.bufnr('^httpls://explain$')
    local text = shown ~= -1 and table.concat(vim.api.nvim_buf_get_lines(shown, 0, -1, false), '\n') or ''
    return text:find('user-pass', 1, true) ~= nil
  end)
  vim.cmd.normal('q')
  vim.api.nvim_set_current_buf(buffer)
end)

check('the history tells every exchange', function()
  vim.cmd('Httpls history')
  wait('the history', function()
    local lines = vim.api.nvim_buf_get_lines(vim.fn.bufnr('^httpls://response$'), 0, -1, false)
    local _, exchanges = table.concat(lines, '\n'):gsub('### one · [%d:]+ · 200', '')
    return exchanges == 2
  end)
end)

check('a request is copied as a command of curl, and pasted as a request', function()
  vim.api.nvim_win_set_cursor(0, { 6, 0 })
  vim.cmd('Httpls copy a')
  wait('the command', function()
    return vim.fn.getreg('a'):find('^curl ') ~= nil
  end)
  vim.fn.setreg('b', 'curl http://127.0.0.1/pasted')
  vim.api.nvim_win_set_cursor(0, { 5, 0 })
  vim.cmd('Httpls paste b')
  wait('the request', function()
    return vim.api.nvim_buf_get_lines(buffer, 5, 6, false)[1] == 'curl http://127.0.0.1/pasted'
  end)
  vim.cmd.undo()
end)

check('the words of the command and the environments are completed', function()
  assert(vim.deep_equal(vim.fn.getcompletion('Httpls ex', 'cmdline'), { 'explain' }))
  assert(vim.deep_equal(vim.fn.getcompletion('Httpls env d', 'cmdline'), { 'dev' }))
end)

check('the cursor goes from request to request', function()
  vim.api.nvim_win_set_cursor(0, { 1, 0 })
  vim.cmd('Httpls next')
  vim.cmd('Httpls next')
  assert(vim.api.nvim_win_get_cursor(0)[1] == 8)
  vim.cmd('Httpls previous')
  assert(vim.api.nvim_win_get_cursor(0)[1] == 5)
end)

check('lenses tell the status', function()
  wait('the lens', function()
    for _, lens in ipairs(vim.lsp.codelens.get(buffer)) do
      if lens.command and lens.command.title:find('^200 ') then
        return true
      end
    end
    vim.lsp.codelens.refresh({ bufnr = buffer })
    return false
  end)
end)

check('a slow request is cancelled', function()
  local before = #told
  vim.api.nvim_win_set_cursor(0, { 9, 0 })
  vim.cmd('Httpls send')
  wait('the request to be on its way', function()
    return require('httpls').status():find('sending', 1, true) ~= nil
  end)
  vim.wait(300)
  vim.cmd('Httpls cancel')
  wait('the end', function()
    return #told > before and require('httpls').status():find('sending', 1, true) == nil
  end)
  assert(told[#told]:find('interrupted', 1, true), told[#told])
end)

check('the server restarts', function()
  local identity = client.id
  vim.cmd('Httpls restart')
  wait('another client', function()
    local found = require('httpls').client(buffer)
    return found ~= nil and found.initialized and found.id ~= identity
  end)
end)

check('authentication is set up by questions', function()
  vim.fn.inputlist = function(lines)
    for number, line in ipairs(lines) do
      if line:find('basic', 1, true) or line:find('this request', 1, true) then
        return number - 1
      end
    end
    return 1
  end
  vim.fn.input = function()
    return 'somebody'
  end
  vim.fn.inputsecret = vim.fn.input
  vim.api.nvim_set_current_buf(buffer)
  vim.api.nvim_win_set_cursor(0, { 6, 0 })
  vim.cmd('Httpls setup')
  wait('the directive', function()
    return vim.iter(vim.api.nvim_buf_get_lines(buffer, 0, 8, false)):any(function(line)
      return line:find('# @auth basic somebody', 1, true) ~= nil
    end)
  end)
end)

check('health tells a missing server', function()
  require('httpls').setup({ cmd = { 'no-such-program' } })
  vim.cmd('checkhealth httpls')
  local text = table.concat(vim.api.nvim_buf_get_lines(0, 0, -1, false), '\n')
  assert(text:find('no%-such%-program is not found'), text)
end)

io.write(('%d passed, %d failed\n'):format(passed, failed))
os.exit(failed == 0 and 0 or 1)
