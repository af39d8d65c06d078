-- Loaded once by Neovim: file types, the command, the maps, and the server for each request file.
if vim.g.loaded_httpls then
  return
end
vim.g.loaded_httpls = true

vim.filetype.add({ extension = { http = 'http', rest = 'http' } })

vim.api.nvim_create_user_command('Httpls', function(arguments)
  require('httpls.commands').run(arguments)
end, {
  nargs = '*',
  complete = function(lead, line)
    return require('httpls.commands').complete(lead, line)
  end,
  desc = 'Send the requests of this file, and what belongs to it',
})

local words = {
  'send',
  'all',
  'here',
  'again',
  'cancel',
  'env',
  'response',
  'output',
  'history',
  'explain',
  'tokens',
  'login',
  'logout',
  'setup',
  'cookies',
  'copy',
  'paste',
  'next',
  'previous',
}
for _, word in ipairs(words) do
  vim.keymap.set('n', ('<Plug>(httpls-%s)'):format(word), ('<Cmd>Httpls %s<CR>'):format(word))
end

local group = vim.api.nvim_create_augroup('httpls', {})

vim.api.nvim_create_autocmd('FileType', {
  group = group,
  pattern = 'http',
  callback = function(event)
    -- A person who has enabled the configuration in `lsp/` has started it already.
    if vim.lsp.is_enabled and vim.lsp.is_enabled('httpls') then
      return
    end
    require('httpls').start(event.buf)
  end,
})

vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
  group = group,
  pattern = { '*.env.json', '*.env.json.user', 'httpls.toml', '.env', '.env.*' },
  callback = function(event)
    -- Entries of `.env` are for others too: a server is not started for them alone.
    local is_ours = not vim.startswith(vim.fs.basename(event.file), '.env')
    if is_ours or vim.lsp.get_clients({ name = 'httpls' })[1] then
      require('httpls').start(event.buf)
    end
  end,
})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client == nil or client.name ~= 'httpls' or not require('httpls.config').options.codelens then
      return
    end
    require('httpls').refresh_lenses()
    if not vim.lsp.codelens.enable then
      vim.api.nvim_create_autocmd({ 'BufEnter', 'InsertLeave', 'TextChanged' }, {
        group = group,
        buffer = event.buf,
        callback = function()
          vim.lsp.codelens.refresh({ bufnr = event.buf })
        end,
      })
    end
  end,
})
