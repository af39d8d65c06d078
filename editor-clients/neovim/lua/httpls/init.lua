--- httpls for Neovim: starts the language server for request files and gives its commands to the editor.
local M = {}

local config = require('httpls.config')

--- Changes what can be set; everything has a default.
---@param options httpls.Options|nil
function M.setup(options)
  config.options = vim.tbl_extend('force', config.options, options or {})
end

--- Starts the server for a buffer, or attaches to the one of its project.
---@param buffer integer
function M.start(buffer)
  local name = vim.api.nvim_buf_get_name(buffer)
  local folder = name ~= '' and vim.fs.dirname(name) or vim.uv.cwd() --[[@as string]]
  local root = vim.fs.root(buffer, config.root_markers[1]) or vim.fs.root(buffer, config.root_markers[2]) or folder
  vim.lsp.start(config.client(root), { bufnr = buffer })
end

---@type integer|nil
local last_client

--- Returns the client of a buffer; for the window of the response, the one that sent last.
---@param buffer integer|nil
---@return vim.lsp.Client|nil
function M.client(buffer)
  local attached = vim.lsp.get_clients({ bufnr = buffer or 0, name = 'httpls' })[1]
  if attached == nil and vim.startswith(vim.api.nvim_buf_get_name(buffer or 0), 'httpls://') and last_client then
    return vim.lsp.get_client_by_id(last_client)
  end
  return attached
end

---@class httpls.Environments
---@field environments string[] Those that count where no other is chosen.
---@field folders table<string, string[]> By the URI of a folder.
---@field files table<string, string[]> By the URI of a file.

---@type table<integer, httpls.Environments>
local chosen = {}
local running = 0

--- Returns the chosen environment and how many requests are on their way, for a status line.
---@return string
function M.status()
  local client = M.client()
  if client == nil then
    return ''
  end
  local environment = M.environment() or 'no environment'
  return running > 0 and ('%s (sending)'):format(environment) or environment
end

--- Keeps what the server tells of the environments that are chosen.
---@param client integer
---@param told httpls.Environments
function M.remember_environments(client, told)
  chosen[client] = told
  vim.cmd.redrawstatus({ bang = true })
end

--- Returns the chosen environment of the buffer, nil if there is none; several are joined by commas.
---@return string|nil
function M.environment()
  local client = M.client()
  local known = client and chosen[client.id]
  if not known then
    return nil
  end
  local uri = vim.uri_from_bufnr(0)
  local names, longest = known.files[uri], 0
  for folder, of_folder in pairs(names == nil and known.folders or {}) do
    if vim.startswith(uri, folder) and #folder > longest then
      names, longest = of_folder, #folder
    end
  end
  names = names or known.environments
  return #names > 0 and table.concat(names, ', ') or nil
end

--- Returns the names of the environments of the buffer, and `none`; waits at most a second for them.
---@return string[]
function M.environments()
  local client = M.client()
  local names = { 'none' }
  if client == nil then
    return names
  end
  local arguments = { { uri = vim.uri_from_bufnr(0) } }
  local params = { command = 'httpls.environments', arguments = arguments }
  local answer = client.request_sync('workspace/executeCommand', params, 1000, 0)
  return vim.list_extend(names, answer and answer.result and answer.result.environments or {})
end

--- Returns the client of the current buffer; tells if there is none.
---@return vim.lsp.Client|nil
local function client_or_told()
  local client = M.client()
  if client == nil then
    vim.notify('httpls: no server runs for this buffer; see :checkhealth httpls', vim.log.levels.ERROR)
  end
  return client
end

--- Carries out a command of the server and hands on what it answers.
---@param command string
---@param arguments any[]
---@param on_result fun(result: any)|nil
function M.execute(command, arguments, on_result)
  local client = client_or_told()
  if client == nil then
    return
  end
  client.request('workspace/executeCommand', { command = command, arguments = arguments }, function(err, result)
    if err then
      vim.notify('httpls: ' .. err.message, vim.log.levels.ERROR)
    elseif on_result then
      on_result(result)
    end
  end, 0)
end

--- Does something that uses secrets, once the project is trusted.
---@param act fun(client: vim.lsp.Client)
function M.when_trusted(act)
  local client = client_or_told()
  if client == nil then
    return
  end
  require('httpls.trust').ask(client.config.root_dir or vim.uv.cwd() --[[@as string]], function()
    client.notify('httpls/trustChanged', { trusted = true })
    act(client)
  end)
end

--- Sends requests, once the project is trusted.
---@param command string
---@param argument table|nil
function M.send(command, argument)
  M.when_trusted(function(client)
    running = running + 1
    last_client = client.id
    client.request('workspace/executeCommand', { command = command, arguments = { argument } }, function(err, result)
      running = running - 1
      if err then
        vim.notify('httpls: ' .. err.message, vim.log.levels.ERROR)
      else
        M.tell(result)
      end
      M.refresh_lenses()
      vim.cmd.redrawstatus({ bang = true })
    end, 0)
  end)
end

--- Says in a line what came of each request that was sent.
---@param summary { results: table[] }
function M.tell(summary)
  for _, result in ipairs(summary.results or {}) do
    local name = type(result.name) == 'string' and result.name or ('line ' .. result.line)
    local is_well = result.outcome == 'sent'
    for _, assertion in ipairs(result.assertions) do
      is_well = is_well and assertion.holds
    end
    local status = type(result.status) == 'number' and tostring(result.status) or result.outcome
    local text = ('%s: %s in %.0f ms %s'):format(name, status, result.milliseconds, table.concat(result.failures, '; '))
    vim.notify(vim.trim(text), is_well and vim.log.levels.INFO or vim.log.levels.WARN)
  end
end

--- Offers the environments of the buffer and switches to the one that is taken.
function M.choose_environment()
  M.execute('httpls.environments', { { uri = vim.uri_from_bufnr(0) } }, function(result)
    local names = vim.list_extend({ 'none' }, result.environments)
    vim.ui.select(names, { prompt = 'Environment' }, function(choice)
      if choice then
        M.set_environment(choice)
      end
    end)
  end)
end

--- Switches to an environment; `none` is none.
---@param name string
function M.set_environment(name)
  M.execute('httpls.setEnvironment', name == 'none' and {} or { name })
end

--- Shows the lenses of the buffer anew.
function M.refresh_lenses()
  if not config.options.codelens then
    return
  end
  if vim.lsp.codelens.enable then
    vim.lsp.codelens.enable(true, { bufnr = 0 })
  else
    vim.lsp.codelens.refresh({ bufnr = 0 })
  end
end

return M
