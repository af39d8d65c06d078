--- Answers the questions of the server: the values of prompts, and secrets, which are not shown while they are typed.
local M = {}

---@class httpls.Question
---@field question string
---@field isSecret boolean
---@field default string|nil
---@field choices string[]|nil

---@param question string
---@param choices string[]
---@return string|userdata
local function choose(question, choices)
  local lines = { question .. ':' }
  for number, choice in ipairs(choices) do
    table.insert(lines, ('%2d  %s'):format(number, choice))
  end
  local is_answered, number = pcall(vim.fn.inputlist, lines)
  vim.cmd.redraw()
  return is_answered and choices[number] or vim.NIL
end

--- Asks one question. Returns the answer, `vim.NIL` if there is none.
---@param params httpls.Question
---@return string|userdata
function M.ask(params)
  if type(params.choices) == 'table' then
    return choose(params.question, params.choices)
  end
  local prompt = params.question .. ': '
  local is_answered, answer
  if params.isSecret then
    is_answered, answer = pcall(vim.fn.inputsecret, prompt)
  else
    local given = type(params.default) == 'string' and params.default or ''
    is_answered, answer = pcall(vim.fn.input, { prompt = prompt, default = given, cancelreturn = vim.NIL })
  end
  if not is_answered or (params.isSecret and answer == '') then
    return vim.NIL
  end
  return answer
end

return M
