" For Vim 9 with the plug-in vim-lsp: source this file from ~/.vimrc.
augroup httpls
  autocmd!
  autocmd BufNewFile,BufRead *.http,*.rest setfiletype http
  autocmd User lsp_setup call lsp#register_server({
    \ 'name': 'httpls',
    \ 'cmd': {server_info -> ['httpls', 'lsp']},
    \ 'allowlist': ['http'],
    \ 'root_uri': {server_info -> lsp#utils#path_to_uri(
    \   lsp#utils#find_nearest_parent_file_directory(lsp#utils#get_buffer_path(), ['httpls.toml', '.git/']))},
    \ 'initialization_options': {'trusted': get(g:, 'httpls_trusted', v:false)},
    \ })
augroup END
