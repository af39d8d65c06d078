--- What the command line does for the editor: explanations, tokens, logging in.
local M = {}

---@return string[] program The words that start the command line, without `lsp`.
local function program()
  local words = vim.deepcopy(require('httpls.config').options.cmd)
  for number = #words, 1, -1 do
    if words[number] == 'lsp' then
      return vim.list_slice(words, 1, number - 1)
    end
  end
  return words
end

---@return string[] words The options that name the chosen environments.
local function environments()
  local words = {}
  for _, name in ipairs(vim.split(require('httpls').environment() or '', ', ', { trimempty = true })) do
    vim.list_extend(words, { '--env', name })
  end
  return words
end

--- Returns the arguments for the request under the cursor. The file is written: the command line reads the disk.
---@return string[]
local function here()
  if vim.bo.modified then
    vim.cmd.write()
  end
  local words = { vim.api.nvim_buf_get_name(0), '--line', tostring(vim.api.nvim_win_get_cursor(0)[1]) }
  return vim.list_extend(words, environments())
end

---@return string folder
local function folder()
  return vim.fs.dirname(vim.api.nvim_buf_get_name(0))
end

---@param name string
---@param text string
local function show(name, text)
  local buffers = require('httpls.buffers')
  local buffer = buffers.named('httpls://' .. name)
  buffers.write(buffer, vim.split(vim.trim(text), '\n'))
  if vim.fn.bufwinid(buffer) == -1 then
    vim.cmd('botright sbuffer ' .. buffer)
    vim.wo.wrap = false
  end
end

--- Runs a command and hands on what it prints; a failure is told.
---@param words string[]
---@param on_text fun(text: string)
local function output(words, on_text)
  vim.system(
    vim.list_extend(program(), words),
    { text = true, cwd = folder() },
    vim.schedule_wrap(function(done)
      if done.code == 0 then
        on_text(done.stdout)
      else
        vim.notify('httpls: ' .. vim.trim(done.stderr), vim.log.levels.ERROR)
      end
    end)
  )
end

--- Shows every step of the authentication of the request under the cursor. Nothing is sent; secrets are masked.
function M.explain()
  output(vim.list_extend({ 'auth', 'explain' }, here()), function(text)
    show('explain', text)
  end)
end

--- Shows the tokens that are kept on this machine, without their values.
function M.tokens()
  output({ 'auth', 'list' }, function(text)
    show('tokens', text)
  end)
end

--- Does something with the token of the request under the cursor in a terminal, as it may ask or open the browser.
---@param word 'login'|'logout'
function M.in_terminal(word)
  local words = vim.list_extend(vim.list_extend(program(), { 'auth', word }), here())
  local from = folder()
  vim.cmd('botright new')
  local options = {
    cwd = from,
    on_exit = function()
      vim.cmd.checktime() -- What it has written into the file is shown.
    end,
  }
  if vim.fn.has('nvim-0.11') == 1 then
    options.term = true
    vim.fn.jobstart(words, options)
  else
    vim.fn.termopen(words, options)
  end
  vim.cmd.startinsert()
end

--- Removes the cookies of the project, those of the chosen environment if there is one.
function M.clear_cookies()
  output(vim.list_extend({ 'cookies', 'clear' }, environments()), function(text)
    text = vim.trim(text)
    vim.notify(text ~= '' and text or 'The cookies are removed.')
  end)
end

return M
