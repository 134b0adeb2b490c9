/** One environment variable that the brain reads. `docs/configuration.md` has the same table; a test compares them. */
export interface EnvironmentVariable {
  readonly name: string;
  readonly purpose: string;
  /** Setting that it overrides; absent for folders and keys, which are no settings of the file. */
  readonly path?: readonly [string, ...string[]];
  readonly read?: (text: string) => unknown;
}

/** Text stays text where it is not a number, so that the schema can say what is wrong with it. */
const number = (text: string): unknown => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text);
const chain = (text: string): unknown =>
  text
    .split(',')
    .map((ref) => ref.trim())
    .filter((ref) => ref !== '');

export const ENVIRONMENT: readonly EnvironmentVariable[] = [
  { name: 'BAKERST_HOME', purpose: 'Data folder; default `~/.bakerst`' },
  { name: 'BAKERST_CONFIG', purpose: 'Configuration file; default `config.json` in the data folder' },
  { name: 'BAKERST_HOST', purpose: 'Address to listen on', path: ['server', 'host'] },
  {
    name: 'BAKERST_PORT',
    purpose: 'Port to listen on; 0 takes a free one',
    path: ['server', 'port'],
    read: number,
  },
  { name: 'BAKERST_LOG_LEVEL', purpose: '`debug`, `info`, `warn` or `error`', path: ['log', 'level'] },
  {
    name: 'BAKERST_MONTHLY_LIMIT_USD',
    purpose: 'Most that model calls may cost per calendar month (UTC)',
    path: ['budget', 'monthlyLimitUsd'],
    read: number,
  },
  {
    name: 'BAKERST_AGENT_MODEL',
    purpose: 'Fallback chain of the role `agent`, separated by commas',
    path: ['models', 'roles', 'agent'],
    read: chain,
  },
  { name: 'BAKERST_POLICY', purpose: 'Policy file', path: ['policy', 'file'] },
  { name: 'BAKERST_AGENT_NAME', purpose: 'What the agent is called', path: ['agent', 'name'] },
  {
    name: 'ANTHROPIC_BASE_URL',
    purpose: 'Address of the Anthropic API',
    path: ['providers', 'anthropic', 'baseUrl'],
  },
  { name: 'OPENAI_BASE_URL', purpose: 'Address of the OpenAI API', path: ['providers', 'openai', 'baseUrl'] },
  {
    name: 'OPENROUTER_BASE_URL',
    purpose: 'Address of the OpenRouter API',
    path: ['providers', 'openrouter', 'baseUrl'],
  },
  {
    name: 'OLLAMA_HOST',
    purpose: 'Address of Ollama, in Ollama’s own notation (`host:port`)',
    path: ['providers', 'ollama', 'baseUrl'],
    read: ollamaAddress,
  },
  {
    name: 'OLLAMA_BASE_URL',
    purpose: 'Address of Ollama; goes before `OLLAMA_HOST`',
    path: ['providers', 'ollama', 'baseUrl'],
    read: ollamaAddress,
  },
  { name: 'ANTHROPIC_OAUTH_TOKEN', purpose: 'Used without configuration; goes before `ANTHROPIC_API_KEY`' },
  { name: 'ANTHROPIC_API_KEY', purpose: 'Used without configuration' },
  { name: 'OPENAI_API_KEY', purpose: 'Used without configuration' },
  { name: 'OPENROUTER_API_KEY', purpose: 'Used without configuration' },
];

export type Environment = Readonly<Record<string, string | undefined>>;

/** An empty variable counts as unset: that is what compose files and charts leave behind. */
export function readVariable(env: Environment, name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

/** `0.0.0.0:11434` is where a server listens, not where a client calls; a missing scheme and port are Ollama's. */
export function ollamaAddress(text: string): string {
  const withScheme = /^https?:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(withScheme)) return text;
  const url = new URL(withScheme);
  if (url.port === '' && !/^https?:\/\//.test(text)) url.port = '11434';
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = '127.0.0.1';
  return url.href.replace(/\/(v1\/?)?$/, '');
}
