--- What can be set, and how the language server is started.
local M = {}

---@class httpls.Options
---@field cmd string[] The command of the server.
---@field response 'vertical'|'horizontal'|'tab' Where responses are shown.
---@field codelens boolean Whether "Send" stands above each request.

---@type httpls.Options
M.options = {
  cmd = { 'httpls', 'lsp' },
  response = 'vertical',
  codelens = true,
}

M.filetypes = { 'http' }
M.root_markers = { 'httpls.toml', '.git' }

--- Returns the configuration of the client, as `vim.lsp.start` and `vim.lsp.config` take it.
---@param root string|nil The root of the project, if it is known already.
---@return table
function M.client(root)
  local capabilities = vim.lsp.protocol.make_client_capabilities()
  capabilities.experimental = { httpls = { runEvents = true, inputBoxes = true, choiceLists = true, status = true } }
  return {
    name = 'httpls',
    cmd = M.options.cmd,
    filetypes = M.filetypes,
    root_markers = M.root_markers,
    root_dir = root,
    capabilities = capabilities,
    init_options = { trusted = root ~= nil and require('httpls.trust').is_trusted(root) },
    handlers = {
      ['httpls/response'] = function(_, result)
        require('httpls.response').show(result)
      end,
      ['httpls/status'] = function(_, params, context)
        require('httpls').remember_environments(context.client_id, params)
      end,
      ['httpls/input'] = function(_, params)
        return require('httpls.input').ask(params)
      end,
    },
  }
end

return M
