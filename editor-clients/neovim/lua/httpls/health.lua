--- `:checkhealth httpls`.
local M = {}

function M.check()
  local config = require('httpls.config')
  vim.health.start('httpls')
  if vim.fn.has('nvim-0.10') == 1 then
    vim.health.ok('Neovim ' .. tostring(vim.version()))
  else
    vim.health.error('Neovim 0.10 or later is needed')
  end
  local program = config.options.cmd[1]
  if vim.fn.executable(program) == 0 then
    vim.health.error(('%s is not found'):format(program), {
      'Install it: pipx install httpls',
      "Or say where it is: require('httpls').setup({ cmd = { '/path/to/httpls', 'lsp' } })",
    })
    return
  end
  local done = vim.system({ program, '--version' }, { text = true }):wait(10000)
  if done.code == 0 then
    vim.health.ok(vim.trim(done.stdout))
  else
    vim.health.error(('%s does not start: %s'):format(program, vim.trim(done.stderr or '')))
  end
  local clients = vim.lsp.get_clients({ name = 'httpls' })
  for _, client in ipairs(clients) do
    vim.health.info(('a server runs for %s'):format(client.config.root_dir or 'a single file'))
  end
end

return M
