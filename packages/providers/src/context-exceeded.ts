/** How each server says that a prompt is too long; beside each its source. */
const WORDINGS: readonly RegExp[] = [
  // OpenAI, llama-cpp-python: the error code.
  /context_length_exceeded/,
  // OpenAI, OpenRouter, vLLM: "This model's maximum context length is 8192 tokens. However, ...".
  /maximum context length (is|of)/i,
  // Anthropic: "prompt is too long: 205000 tokens > 200000 maximum"; Ollama: "prompt too long; exceeded max context length".
  /(prompt|input|request) (is )?too long/i,
  // Anthropic: "input length and `max_tokens` exceed context limit".
  /exceeds? (the )?(available |maximum |model'?s? )?context( |_)?(limit|size|length|window)/i,
  // llama.cpp: the error type, and "the request exceeds the available context size".
  /exceed_context_size_error/,
  // llama-cpp-python: "Requested tokens (812) exceed context window of 512".
  /exceeds? (the )?context window/i,
  // Ollama: "the input length exceeds the context length", "exceeded max context length by 12 tokens".
  /exceed(s|ed) (the |max )+context length/i,
  // vLLM: "The decoder prompt (length 5000) is longer than the maximum model length of 4096".
  /longer than the maximum model length/i,
  // xAI: "This model's maximum prompt length is 131072 but the request contains ...".
  /maximum prompt length is/i,
  // Google: "The input token count (1100000) exceeds the maximum number of tokens allowed".
  /exceeds the maximum number of tokens/i,
  // Mistral: "Prompt contains 40000 tokens ..., too large for model with 32768 maximum context length".
  /too large for model with \d+ maximum context/i,
  // LM Studio: "The number of tokens to keep from the initial prompt is greater than the context length".
  /greater than the context length|context the overflows/i,
  // Text Generation Inference: "`inputs` tokens + `max_new_tokens` must be <= 4096".
  /`inputs` (tokens \+ `max_new_tokens` )?must (be|have) (<=|less than)/i,
  // Groq and others behind OpenRouter: "Please reduce the length of the messages or completion".
  /reduce the length of the (messages|prompt|input)/i,
  // Cohere.
  /too many (input |prompt )?tokens/i,
];

export function isContextExceeded(words: string): boolean {
  return WORDINGS.some((wording) => wording.test(words));
}
