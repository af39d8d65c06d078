--- The command `:Httpls` with its words.
local M = {}

---@return table argument The place of the cursor, as the server wants it.
local function here()
  return { uri = vim.uri_from_bufnr(0), line = vim.api.nvim_win_get_cursor(0)[1] }
end

---@type table<string, fun(word: string|nil)>
M.words = {
  send = function()
    require('httpls').send('httpls.send', here())
  end,
  all = function()
    require('httpls').send('httpls.sendAll', { uri = vim.uri_from_bufnr(0) })
  end,
  here = function()
    require('httpls').send('httpls.sendUpToHere', here())
  end,
  again = function()
    require('httpls').send('httpls.sendAgain')
  end,
  cancel = function()
    require('httpls').execute('httpls.cancel', {})
  end,
  env = function(word)
    if word then
      require('httpls').set_environment(word)
    else
      require('httpls').choose_environment()
    end
  end,
  response = function()
    require('httpls.response').open()
  end,
  output = function()
    require('httpls.output').open()
  end,
  history = function()
    require('httpls').execute('httpls.showHistory', {})
  end,
  explain = function()
    require('httpls.command_line').explain()
  end,
  tokens = function()
    require('httpls.command_line').tokens()
  end,
  login = function()
    require('httpls.command_line').in_terminal('login')
  end,
  logout = function()
    require('httpls.command_line').in_terminal('logout')
  end,
  setup = function()
    local httpls = require('httpls')
    httpls.when_trusted(function()
      httpls.execute('httpls.setUpAuth', { here() })
    end)
  end,
  cookies = function()
    require('httpls.command_line').clear_cookies()
  end,
  copy = function(register)
    register = register or '+'
    require('httpls').execute('httpls.copyAsCurl', { here() }, function(text)
      local is_set = pcall(vim.fn.setreg, register, text)
      vim.fn.setreg('"', text)
      vim.notify(('The command of curl is in the register %s'):format(is_set and register or '"'))
    end)
  end,
  paste = function(register)
    local text = vim.fn.getreg(register or '+')
    require('httpls').execute('httpls.pasteCurl', { vim.tbl_extend('error', here(), { text = text }) })
  end,
  next = function()
    M.jump(1)
  end,
  previous = function()
    M.jump(-1)
  end,
  log = function()
    vim.cmd.tabedit(vim.lsp.get_log_path())
  end,
  restart = function()
    local buffer = vim.api.nvim_get_current_buf()
    local client = require('httpls').client(buffer)
    if client == nil then
      return require('httpls').start(buffer)
    end
    client.stop()
    vim.wait(2000, function()
      return require('httpls').client(buffer) == nil
    end, 20)
    require('httpls').start(buffer)
  end,
}

--- Moves the cursor to the request after or before this one; a request begins at its `###` line.
---@param step 1|-1
function M.jump(step)
  local flags = step == 1 and 'sW' or 'bsW'
  for _ = 1, vim.v.count1 do
    vim.fn.search([[^\s*###]], flags)
  end
end

--- Carries out `:Httpls word [argument]`.
---@param arguments vim.api.keyset.create_user_command.command_args
function M.run(arguments)
  local word = arguments.fargs[1] or 'send'
  local act = M.words[word]
  if act == nil then
    return vim.notify(('httpls: there is no command %q'):format(word), vim.log.levels.ERROR)
  end
  act(arguments.fargs[2])
end

--- Completes the words of `:Httpls`, and the names of environments.
---@param lead string
---@param line string The whole command line.
---@return string[]
function M.complete(lead, line)
  local words = vim.tbl_keys(M.words)
  if line:match('^%s*%S+%s+env%s') then
    words = require('httpls').environments()
  elseif line:match('^%s*%S+%s+%S+%s') then
    words = {}
  end
  table.sort(words)
  return vim.tbl_filter(function(word)
    return vim.startswith(word, lead)
  end, words)
end

return M
