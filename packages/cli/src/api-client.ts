import { CreatedToken, type CreateTokenRequest, LoginLink, Me, Token } from '@bakerst/shared/api/auth';
import {
  AcceptedMessage,
  Approval,
  CompletedMessage,
  Conversation,
  ConversationExport,
  ConversationPage,
  type DecideApprovalRequest,
  SearchPage,
  type SendMessageRequest,
  Turn,
  TurnPage,
  TurnWithSteps,
  type UpdateConversationRequest,
} from '@bakerst/shared/api/conversations';
import {
  EffectiveSettings,
  ModelList,
  RuntimeConfigVersion,
  Status,
  ToolList,
} from '@bakerst/shared/api/system';
import type { McpServer, RuntimeConfig } from '@bakerst/shared/settings';
import { type ApiRequest, type HttpDoor, notABrain } from './http-door.ts';

/** One method per operation of `/api/v1`; answers are parsed with the schemas the brain describes them with. */
export class ApiClient {
  readonly door: HttpDoor;
  readonly baseUrl: string;

  constructor(door: HttpDoor, baseUrl: string) {
    this.door = door;
    this.baseUrl = baseUrl;
  }

  me = () => this.#read(Me, { method: 'GET', path: '/me' });
  status = (timeoutMs?: number) =>
    this.#read(Status, { method: 'GET', path: '/status', ...(timeoutMs === undefined ? {} : { timeoutMs }) });

  listConversations = (page: { readonly limit: number; readonly cursor?: string }) =>
    this.#read(ConversationPage, { method: 'GET', path: `/conversations${query(page)}` });
  readConversation = (id: string) =>
    this.#read(Conversation, { method: 'GET', path: `/conversations/${part(id)}` });
  updateConversation = (id: string, body: UpdateConversationRequest) =>
    this.#read(Conversation, { method: 'PATCH', path: `/conversations/${part(id)}`, body });
  deleteConversation = (id: string) =>
    this.door.json({ method: 'DELETE', path: `/api/v1/conversations/${part(id)}` });
  exportConversation = (id: string) =>
    this.#read(ConversationExport, { method: 'GET', path: `/conversations/${part(id)}/export?format=json` });
  listTurns = (conversation: string, page: { readonly limit: number; readonly before?: number }) =>
    this.#read(TurnPage, { method: 'GET', path: `/conversations/${part(conversation)}/turns${query(page)}` });
  search = (page: { readonly q: string; readonly limit: number; readonly cursor?: string }) =>
    this.#read(SearchPage, { method: 'GET', path: `/search${query(page)}` });

  /** `key` makes a retry the same turn. */
  sendMessage = (body: SendMessageRequest, key: string) =>
    this.#read(AcceptedMessage, {
      method: 'POST',
      path: '/messages',
      body,
      headers: { 'idempotency-key': key },
    });
  sendAndWait = (body: SendMessageRequest, key: string, seconds: number) =>
    this.#read(CompletedMessage, {
      method: 'POST',
      path: '/messages',
      body,
      headers: { 'idempotency-key': key, prefer: `wait=${seconds}` },
      timeoutMs: (seconds + 10) * 1000,
    });
  readTurn = (id: string) => this.#read(TurnWithSteps, { method: 'GET', path: `/turns/${part(id)}` });
  cancelTurn = (id: string) =>
    this.#read(Turn, { method: 'POST', path: `/turns/${part(id)}/cancel`, outlivesInterrupt: true });

  listApprovals = (page: { readonly status?: string; readonly limit: number }) =>
    this.#items(Approval, { method: 'GET', path: `/approvals${query(page)}` });
  decideApproval = (id: string, body: DecideApprovalRequest) =>
    this.#read(Turn, { method: 'POST', path: `/approvals/${part(id)}/decision`, body });

  models = () => this.#read(ModelList, { method: 'GET', path: '/models' });
  tools = () => this.#read(ToolList, { method: 'GET', path: '/tools' });
  restartServer = (name: string) =>
    this.door.json({ method: 'POST', path: `/api/v1/tool-servers/${part(name)}/restart` });

  config = () => this.#read(EffectiveSettings, { method: 'GET', path: '/config' });
  runtimeConfig = () => this.#read(RUNTIME_CONFIG, { method: 'GET', path: '/config/runtime' });
  configSchema = () => this.door.json({ method: 'GET', path: '/api/v1/config/schema' });
  putRuntimeConfig = (body: { readonly expectedVersion: number; readonly value: RuntimeConfig }) =>
    this.door.json({ method: 'PUT', path: '/api/v1/config/runtime', body });
  putMcpServer = (name: string, server: McpServer) =>
    this.door.json({ method: 'PUT', path: `/api/v1/mcp-servers/${part(name)}`, body: { server } });
  deleteMcpServer = (name: string) =>
    this.door.json({ method: 'DELETE', path: `/api/v1/mcp-servers/${part(name)}` });

  listTokens = () => this.#items(Token, { method: 'GET', path: '/tokens' });
  createToken = (body: CreateTokenRequest) =>
    this.#read(CreatedToken, { method: 'POST', path: '/tokens', body });
  revokeToken = (id: string) => this.door.json({ method: 'DELETE', path: `/api/v1/tokens/${part(id)}` });
  loginLink = () => this.#read(LoginLink, { method: 'POST', path: '/auth/login-code' });

  async #read<T>(schema: Schema<T>, request: ApiRequest): Promise<T> {
    const raw = await this.door.json({ ...request, path: `/api/v1${request.path}` });
    const parsed = schema.safeParse(raw);
    if (parsed.success) return parsed.data;
    throw notABrain(
      this.baseUrl,
      `${request.method} /api/v1${request.path} says something else`,
      parsed.error,
    );
  }

  async #items<T>(schema: Schema<T>, request: ApiRequest): Promise<readonly T[]> {
    const raw = await this.door.json({ ...request, path: `/api/v1${request.path}` });
    const items: unknown = Object(raw).items;
    const parsed = Array.isArray(items) ? items.map((item) => schema.safeParse(item)) : [];
    if (!Array.isArray(items) || parsed.some((item) => !item.success)) {
      throw notABrain(this.baseUrl, `${request.method} /api/v1${request.path} is not a list`);
    }
    return parsed.flatMap((item) => (item.success ? [item.data] : []));
  }
}

/** What is in force; version 0, with no author, where nothing was written yet. */
const RUNTIME_CONFIG = RuntimeConfigVersion.pick({ version: true, value: true });

interface Schema<T> {
  safeParse(
    raw: unknown,
  ): { readonly success: true; readonly data: T } | { readonly success: false; readonly error: unknown };
}

/** An id in a path: whatever was typed stays one segment. */
function part(id: string): string {
  return encodeURIComponent(id === '.' || id === '..' ? `_${id}` : id);
}

function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) if (value !== undefined) search.set(key, String(value));
  return `?${search}`;
}
