--- Answers the questions of the server: the values of prompts, and secrets, which are not shown while they are typed.
local M = {}

---@class httpls.Question
---@field question string
---@field isSecret boolean
---@field default string|nil

--- Asks one question. Returns the answer, `vim.NIL` if there is none.
---@param params httpls.Question
---@return string|userdata
function M.ask(params)
  local prompt = params.question .. ': '
  local is_answered, answer
  if params.isSecret then
    is_answered, answer = pcall(vim.fn.inputsecret, prompt)
  else
    is_answered, answer =
      pcall(vim.fn.input, { prompt = prompt, default = params.default or '', cancelreturn = vim.NIL })
  end
  if not is_answered or (params.isSecret and answer == '') then
    return vim.NIL
  end
  return answer
end

return M
