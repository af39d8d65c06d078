--- The window in which responses are shown: one for all, beside the request. It remembers those before.
local M = {}

local NAME = 'httpls://response'
local MOST = 50

---@class httpls.Response
---@field text string The head and the body as a person reads them, with remarks before them that begin with `#`.
---@field status integer|nil

---@alias httpls.View 'all'|'head'|'body'

---@type httpls.Response[]
local responses = {}
local index = 0
---@type httpls.View
local view = 'all'

---@type table<string, string>
local SYNTAXES = { json = 'json', xml = 'xml', html = 'html', javascript = 'javascript', css = 'css', yaml = 'yaml' }

---@param response httpls.Response
---@return string[] head The remarks, the status line and the header fields.
---@return string[] body
local function parts(response)
  local lines = vim.split(vim.trim(response.text), '\n')
  for number, line in ipairs(lines) do
    if line == '' then
      return vim.list_slice(lines, 1, number - 1), vim.list_slice(lines, number + 1)
    end
  end
  return lines, {}
end

---@param head string[]
---@return string|nil syntax The name of the syntax of the body.
local function body_syntax(head)
  for _, line in ipairs(head) do
    local media_type = line:lower():match('^content%-type:%s*([^;]+)')
    if media_type then
      for word, syntax in pairs(SYNTAXES) do
        if media_type:find(word, 1, true) then
          return syntax
        end
      end
    end
  end
end

---@param shown integer
---@param head string[]
---@param first integer The line at which the body begins, from 1.
local function colour(shown, head, first)
  local syntax = body_syntax(head)
  if view == 'body' then
    vim.bo[shown].syntax = syntax or ''
    return
  end
  vim.bo[shown].syntax = 'http'
  if view == 'head' or syntax == nil then
    return
  end
  vim.api.nvim_buf_call(shown, function()
    vim.b.current_syntax = nil
    vim.cmd(('silent! syntax include @httpBody syntax/%s.vim'):format(syntax))
    vim.cmd(([[syntax region httpBody start=/\%%%dl/ end=/\%%$/ keepend contains=@httpBody]]):format(first))
    vim.b.current_syntax = 'http'
  end)
end

---@param shown integer
local function draw(shown)
  local response = responses[index]
  if response == nil then
    return
  end
  local head, body = parts(response)
  local lines, first = {}, 1
  if view ~= 'body' then
    vim.list_extend(lines, head)
  end
  if view ~= 'head' then
    if #lines > 0 and #body > 0 then
      table.insert(lines, '')
    end
    first = #lines + 1
    vim.list_extend(lines, body)
  end
  require('httpls.buffers').write(shown, lines)
  colour(shown, head, first)
  for _, window in ipairs(vim.fn.win_findbuf(shown)) do
    vim.api.nvim_win_set_cursor(window, { 1, 0 })
    vim.wo[window].winbar = M.bar()
  end
end

--- Returns the line above the response: which one it is, and the keys.
---@return string
function M.bar()
  local which = #responses > 1 and ('%d/%d  '):format(index, #responses) or ''
  local mark = function(name, label)
    return view == name and ('%%#Title#%s%%*'):format(label) or label
  end
  local views = table.concat({ mark('all', 'A all'), mark('head', 'H head'), mark('body', 'B body') }, '  ')
  return which .. views .. '  [ ] before, after  r again  q close'
end

--- Shows the whole, the head or the body.
---@param chosen httpls.View
function M.show_view(chosen)
  view = chosen
  draw(M.buffer())
end

--- Shows the response before (-1) or after (1) the one that is shown.
---@param step integer
function M.step(step)
  index = math.max(1, math.min(#responses, index + step))
  draw(M.buffer())
end

--- Returns the buffer of the responses, made at the first call.
---@return integer buffer
function M.buffer()
  return require('httpls.buffers').named(NAME, function(made)
    vim.bo[made].filetype = 'httpls-response'
    local function map(key, act, description)
      vim.keymap.set('n', key, act, { buffer = made, nowait = true, desc = description })
    end
    for key, name in pairs({ A = 'all', H = 'head', B = 'body' }) do
      map(key, function()
        M.show_view(name)
      end, 'Show ' .. name)
    end
    map('[', function()
      M.step(-1)
    end, 'The response before')
    map(']', function()
      M.step(1)
    end, 'The response after')
    map('r', function()
      require('httpls').send('httpls.sendAgain')
    end, 'Send again')
  end)
end

--- Shows a response; the cursor stays where it is.
---@param response httpls.Response
function M.show(response)
  require('httpls.output').add(response)
  table.insert(responses, response)
  if #responses > MOST then
    table.remove(responses, 1)
  end
  index = #responses
  M.open()
end

--- Opens the window if it is closed, with the response that was shown last.
function M.open()
  local shown = M.buffer()
  if vim.fn.bufwinid(shown) == -1 then
    local before = vim.api.nvim_get_current_win()
    local how = { vertical = 'vertical rightbelow sbuffer', horizontal = 'rightbelow sbuffer', tab = 'tab sbuffer' }
    vim.cmd((how[require('httpls.config').options.response] or how.vertical) .. ' ' .. shown)
    vim.wo.wrap = false
    vim.wo.foldmethod = 'indent'
    vim.wo.foldlevel = 99
    if require('httpls.config').options.response ~= 'tab' then
      vim.api.nvim_set_current_win(before)
    end
  end
  draw(shown)
end

return M
