import { Approval, Turn } from '@bakerst/shared/api/conversations';
import {
  type AcceptServerRequest,
  ApprovalDetail,
  CallExplanation,
  CreatedStop,
  type CreateStopRequest,
  type DecideApprovalRequest,
  PolicyHistory,
  PolicyView,
  ServerReview,
  TestPolicyResult,
} from '@bakerst/shared/api/guard';
import { Grant, Stop } from '@bakerst/shared/guard';
import type { ApiRequest, HttpDoor } from './http-door.ts';
import { part, query, readAnswer, readItems, type Schema } from './read-answer.ts';

/** What the guard decides and is told: one method per operation of `/api/v1`. */
export class GuardClient {
  readonly door: HttpDoor;
  readonly baseUrl: string;

  constructor(door: HttpDoor, baseUrl: string) {
    this.door = door;
    this.baseUrl = baseUrl;
  }

  approvals = (page: { readonly status?: string; readonly limit: number }) =>
    readItems(Approval, { method: 'GET', path: `/approvals${query(page)}` }, this);
  /** Each showing has a nonce of its own. */
  approval = (id: string) => this.#read(ApprovalDetail, { method: 'GET', path: `/approvals/${part(id)}` });
  decide = (id: string, body: DecideApprovalRequest) =>
    this.#read(Turn, { method: 'POST', path: `/approvals/${part(id)}/decision`, body });

  grants = () => readItems(Grant, { method: 'GET', path: '/grants' }, this);
  revokeGrant = (id: string) => this.#send({ method: 'DELETE', path: `/grants/${part(id)}` });

  stops = () => readItems(Stop, { method: 'GET', path: '/stops' }, this);
  stop = (body: CreateStopRequest) => this.#read(CreatedStop, { method: 'POST', path: '/stops', body });
  liftStop = (id: string) => this.#send({ method: 'DELETE', path: `/stops/${part(id)}` });

  policy = () => this.#read(PolicyView, { method: 'GET', path: '/policy' });
  putPolicy = (body: { readonly expectedHash: string; readonly text: string }) =>
    this.#read(PolicyView, { method: 'PUT', path: '/policy', body });
  testPolicy = (body: { readonly text?: string; readonly conversations: number }) =>
    this.#read(TestPolicyResult, { method: 'POST', path: '/policy/test', body, timeoutMs: TEST_MS });
  policyHistory = () => this.#read(PolicyHistory, { method: 'GET', path: '/policy/history' });

  explanation = (call: string, turn: string | undefined) =>
    this.#read(CallExplanation, {
      method: 'GET',
      path: `/calls/${part(call)}/explanation${query({ turn })}`,
    });

  review = (server: string) =>
    this.#read(ServerReview, { method: 'GET', path: `/mcp-servers/${part(server)}/review` });
  accept = (server: string, body: AcceptServerRequest) =>
    this.#send({ method: 'POST', path: `/mcp-servers/${part(server)}/accept`, body });

  #read<T>(schema: Schema<T>, request: ApiRequest): Promise<T> {
    return readAnswer(schema, request, this);
  }

  #send(request: ApiRequest): Promise<unknown> {
    return this.door.json({ ...request, path: `/api/v1${request.path}` });
  }
}

/** A thousand conversations are replayed. */
const TEST_MS = 300_000;
