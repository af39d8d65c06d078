-- For `vim.lsp.enable('httpls')` of Neovim 0.11 and later.
local config = require('httpls.config').client()
config.root_dir = nil
config.before_init = function(params, made)
  local root = made.root_dir or vim.uv.cwd()
  params.initializationOptions = { trusted = require('httpls.trust').is_trusted(root) }
end
return config
