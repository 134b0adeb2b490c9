import {
  CreatedToken,
  type CreateTokenRequest,
  LoginLink,
  Me,
  Person,
  Token,
} from '@bakerst/shared/api/auth';
import {
  AcceptedMessage,
  CompletedMessage,
  Conversation,
  ConversationExport,
  ConversationPage,
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
import { GuardClient } from './guard-client.ts';
import type { ApiRequest, HttpDoor } from './http-door.ts';
import { part, query, readAnswer, readItems, type Schema } from './read-answer.ts';

/** One method per operation of `/api/v1`; answers are parsed with the schemas the brain describes them with. */
export class ApiClient {
  readonly door: HttpDoor;
  readonly baseUrl: string;
  /** Approvals, policy, stops: what the guard decides and is told. */
  readonly guard: GuardClient;

  constructor(door: HttpDoor, baseUrl: string) {
    this.door = door;
    this.baseUrl = baseUrl;
    this.guard = new GuardClient(door, baseUrl);
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

  listPeople = () => this.#items(Person, { method: 'GET', path: '/people' });
  addPerson = (body: { readonly name: string }) =>
    this.#read(Person, { method: 'POST', path: '/people', body });

  listTokens = (person?: string) =>
    this.#items(Token, { method: 'GET', path: `/tokens${query({ person })}` });
  createToken = (body: CreateTokenRequest) =>
    this.#read(CreatedToken, { method: 'POST', path: '/tokens', body });
  revokeToken = (id: string, person?: string) =>
    this.door.json({ method: 'DELETE', path: `/api/v1/tokens/${part(id)}${query({ person })}` });
  loginLink = () => this.#read(LoginLink, { method: 'POST', path: '/auth/login-code' });

  #read<T>(schema: Schema<T>, request: ApiRequest): Promise<T> {
    return readAnswer(schema, request, this);
  }

  #items<T>(schema: Schema<T>, request: ApiRequest): Promise<readonly T[]> {
    return readItems(schema, request, this);
  }
}

/** What is in force; version 0, with no author, where nothing was written yet. */
const RUNTIME_CONFIG = RuntimeConfigVersion.pick({ version: true, value: true });
