--- The output: every exchange of this session in one buffer, the newest at the end.
local M = {}

local NAME = 'httpls://output'
local MOST_LINES = 10000
local MOST_LINES_OF_ONE = 200

---@return integer buffer
local function buffer()
  return require('httpls.buffers').named(NAME, function(made)
    vim.bo[made].modifiable = false
    vim.bo[made].filetype = 'httpls-output'
    vim.bo[made].syntax = 'http'
  end)
end

--- Adds an exchange.
---@param response httpls.Response
function M.add(response)
  local shown = buffer()
  local lines = vim.split(response.text, '\n')
  local left_out = #lines - MOST_LINES_OF_ONE
  if left_out > 0 then
    lines = vim.list_slice(lines, 1, MOST_LINES_OF_ONE)
    table.insert(lines, ('# %d more lines'):format(left_out))
  end
  table.insert(lines, 1, ('# %s'):format(os.date('%H:%M:%S')))
  table.insert(lines, '')
  vim.bo[shown].modifiable = true
  local is_empty = vim.api.nvim_buf_line_count(shown) == 1
  vim.api.nvim_buf_set_lines(shown, is_empty and 0 or -1, -1, false, lines)
  local too_many = vim.api.nvim_buf_line_count(shown) - MOST_LINES
  if too_many > 0 then
    vim.api.nvim_buf_set_lines(shown, 0, too_many, false, {})
  end
  vim.bo[shown].modifiable = false
  for _, window in ipairs(vim.fn.win_findbuf(shown)) do
    vim.api.nvim_win_set_cursor(window, { vim.api.nvim_buf_line_count(shown), 0 })
  end
end

--- Opens the output below.
function M.open()
  local shown = buffer()
  if vim.fn.bufwinid(shown) == -1 then
    vim.cmd('botright sbuffer ' .. shown)
    vim.cmd.resize(15)
  end
  vim.api.nvim_win_set_cursor(vim.fn.bufwinid(shown), { vim.api.nvim_buf_line_count(shown), 0 })
end

return M
