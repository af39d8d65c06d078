--- Which projects the person trusts. Nothing is sent from a project before that; the answer is remembered by its root.
local M = {}

---@return string
local function file()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'httpls', 'trusted')
end

---@return table<string, boolean>
local function read()
  local found = {}
  local handle = io.open(file(), 'r')
  if handle then
    for line in handle:lines() do
      found[line] = true
    end
    handle:close()
  end
  return found
end

--- Tells whether a project is trusted.
---@param root string
---@return boolean
function M.is_trusted(root)
  return read()[vim.fs.normalize(root)] == true
end

--- Remembers that a project is trusted.
---@param root string
function M.trust(root)
  local trusted = read()
  trusted[vim.fs.normalize(root)] = true
  vim.fn.mkdir(vim.fs.dirname(file()), 'p', tonumber('700', 8))
  vim.fn.writefile(vim.tbl_keys(trusted), file())
end

--- Asks once whether a project is trusted; calls `on_yes` if it is.
---@param root string
---@param on_yes fun()
function M.ask(root, on_yes)
  if M.is_trusted(root) then
    return on_yes()
  end
  local prompt = ('Requests of %s may use your secrets and certificates. Trust this project?'):format(root)
  vim.ui.select({ 'Trust', 'Do not send' }, { prompt = prompt }, function(choice)
    if choice == 'Trust' then
      M.trust(root)
      on_yes()
    end
  end)
end

return M
