--- Buffers without a file, each found again by its name.
local M = {}

--- Returns the buffer of a name such as `httpls://output`, made at the first call; `q` closes its window.
---@param name string
---@param on_made fun(buffer: integer)|nil What is done with a new one.
---@return integer buffer
function M.named(name, on_made)
  local found = vim.fn.bufnr('^' .. name .. '$')
  if found ~= -1 then
    return found
  end
  local made = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(made, name)
  vim.bo[made].bufhidden = 'hide'
  vim.bo[made].swapfile = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = made, nowait = true, desc = 'Close' })
  if on_made then
    on_made(made)
  end
  return made
end

--- Replaces the text of a buffer that nobody edits.
---@param buffer integer
---@param lines string[]
function M.write(buffer, lines)
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].modifiable = false
end

return M
