" Colours of request files before the server answers, and where it gives none.
if exists('b:current_syntax')
  finish
endif

syntax match httpSeparator /^\s*###.*$/
syntax match httpComment /^\s*\%(#\|\/\/\)\%(##\)\@!.*$/ contains=httpDirective
syntax match httpDirective /@[A-Za-z][A-Za-z0-9_.-]*/ contained
syntax match httpVariable /^\s*@[A-Za-z0-9_.-]\+\ze\s*:\?=/
syntax match httpMethod /^\s*\%(GET\|POST\|PUT\|PATCH\|DELETE\|HEAD\|OPTIONS\|TRACE\|CONNECT\|QUERY\|GRAPHQL\)\>/ nextgroup=httpTarget skipwhite
syntax match httpTarget /\S.*$/ contained contains=httpTemplate,httpVersion
syntax match httpVersion /\<HTTP\/[0-9.]\+\s*$/ contained
syntax match httpHeader /^[A-Za-z0-9!#$%&'*+.^_`|~-]\+\ze\s*:/
syntax match httpStatus /^HTTP\/[0-9.]\+ [0-9]\{3}.*$/
syntax match httpTemplate /{{[^}]*}}/
syntax match httpFile /^\s*<@\?\S*\s\+\S.*$/
syntax match httpAssertion /^??.*$/
syntax region httpScript start=/^[<>]\s*{%/ end=/%}/ keepend

highlight default link httpSeparator Title
highlight default link httpComment Comment
highlight default link httpDirective PreProc
highlight default link httpVariable Identifier
highlight default link httpMethod Statement
highlight default link httpTarget String
highlight default link httpVersion Number
highlight default link httpHeader Type
highlight default link httpStatus Statement
highlight default link httpTemplate Identifier
highlight default link httpFile Include
highlight default link httpAssertion Conditional
highlight default link httpScript Special

let b:current_syntax = 'http'
