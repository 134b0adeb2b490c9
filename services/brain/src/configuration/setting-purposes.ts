/**
 * What each setting of the configuration file is for: descriptions of the JSON Schema and the table of
 * `docs/configuration.md`. A test holds the keys equal to those of the schema. `*` is a name that the operator chooses.
 */
export const SETTING_PURPOSES: Readonly<Record<string, string>> = {
  $schema: 'Where an editor finds this schema; not read',
  'server.host': 'Address to listen on; anything but loopback opens the brain to the network',
  'server.port': 'Port to listen on; 0 takes a free one',
  'server.allowedHosts': 'Host headers accepted besides localhost and the bind address',
  'server.trustedProxies': 'Addresses of reverse proxies whose X-Forwarded-For is believed',
  'agent.name': 'What the agent is called; can be changed in the console',
  'agent.operatingSystem':
    'Folder with SOUL.md, BRAIN.md, WORKER.md, OBSERVER.md and PLANNER.md; default: those of the program',
  'providers.*.type':
    'Wire format and defaults; implied by the names anthropic, openai, openrouter and ollama',
  'providers.*.baseUrl': 'Address of the API; needed where the name implies none',
  'providers.*.apiKey': 'Reference to the API key: env:NAME or file:/path',
  'providers.*.oauthToken': 'Reference to an OAuth token, used before the API key; Anthropic only',
  'providers.*.idleTimeoutMs': 'No byte for this long ends the call',
  'models.roles.agent': 'Fallback chain of the agent; can be changed in the console',
  'models.roles.worker': 'Fallback chain for tasks; left out: that of agent',
  'models.roles.observer': 'Fallback chain for summaries; left out: that of agent',
  'models.roles.reflector': 'Fallback chain for reflection; left out: that of agent',
  'models.roles.planner':
    "Fallback chain of the plan that is made from a person's words; left out: that of agent",
  'models.catalog.*.contextWindow': 'Tokens that prompt and answer may take together',
  'models.catalog.*.maxOutputTokens': 'Longest answer in tokens',
  'models.catalog.*.accepts': 'What a prompt may hold: text, image, pdf',
  'models.catalog.*.tools': 'Whether the model can call tools',
  'models.catalog.*.price.input': 'Micro-dollars per million input tokens ($3 is 3000000)',
  'models.catalog.*.price.output': 'Micro-dollars per million output tokens',
  'models.catalog.*.price.cacheRead': 'Micro-dollars per million tokens read from the prompt cache',
  'models.catalog.*.price.cacheWrite': 'Micro-dollars per million tokens written to the prompt cache',
  'models.catalog.*.price.source': 'Where the price was read, and when',
  'budget.monthlyLimitUsd': 'Most that model calls may cost per calendar month (UTC)',
  'policy.file':
    'Policy file: what tools may do; default: `policy.yaml` in the data folder, else the built-in policy',
  'mcpServers.*.transport': 'stdio: a program in a sandbox; http: streamable HTTP',
  'mcpServers.*.enabled': 'Whether it is started',
  'mcpServers.*.deadlineMs': 'Longest time of one call',
  'mcpServers.*.secrets.*':
    'Argument `<tool>.<argument>` that is filled with this secret after the verdict: env:NAME or file:/path',
  'mcpServers.*.command': 'stdio: the program',
  'mcpServers.*.args': 'stdio: its arguments; no secrets, other users can read them',
  'mcpServers.*.env.*': 'stdio: its environment, nothing else is passed; secrets as env:NAME or file:/path',
  'mcpServers.*.paths.path': 'stdio: a host path that the sandbox may see',
  'mcpServers.*.paths.write': 'stdio: whether it may write there',
  'mcpServers.*.network': 'stdio: the network of the host instead of none',
  'mcpServers.*.unconfined': 'stdio: no sandbox at all',
  'mcpServers.*.url': 'http: address of the server',
  'mcpServers.*.headers.*': 'http: headers of each request; secrets as env:NAME or file:/path',
  'egress.allowedHosts':
    'Private or loopback hosts (host or host:port) that servers added in the console may be at',
  'limits.concurrentTurns': 'Turns of different conversations that run side by side',
  'limits.modelCallsPerTurn': 'Steps of one turn that call the model',
  'limits.turnDeadlineMs': 'Longest time of one turn',
  'limits.messageBytes': 'Largest message text',
  'limits.attachmentBytes': 'Largest attachment',
  'limits.toolResultBytes': 'Bytes of a tool result that the model reads; the rest is cut with a mark',
  'limits.requestsPerMinute': 'Requests per token and per address',
  'limits.failedLoginsPerMinute': 'Failed logins per address',
  'log.level': 'debug, info, warn or error',
};
