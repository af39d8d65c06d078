--- The window in which responses are shown: one for all, beside the request.
local M = {}

local NAME = 'httpls://response'

---@class httpls.Response
---@field text string
---@field status integer|nil

---@return integer buffer
local function buffer()
  local found = vim.fn.bufnr('^' .. NAME .. '$')
  if found ~= -1 then
    return found
  end
  local made = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_name(made, NAME)
  vim.bo[made].bufhidden = 'hide'
  vim.bo[made].swapfile = false
  vim.bo[made].filetype = 'httpls-response'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = made, desc = 'Close the response' })
  return made
end

--- Shows a response; the cursor stays where it is.
---@param response httpls.Response
function M.show(response)
  local shown = buffer()
  vim.bo[shown].modifiable = true
  vim.api.nvim_buf_set_lines(shown, 0, -1, false, vim.split(response.text, '\n'))
  vim.bo[shown].modifiable = false
  vim.bo[shown].syntax = 'http'
  M.open(shown)
end

--- Opens the window if it is closed.
---@param shown integer|nil
function M.open(shown)
  shown = shown or buffer()
  if vim.fn.bufwinid(shown) ~= -1 then
    return
  end
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

return M
