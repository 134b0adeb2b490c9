import {
  AcceptServerRequest,
  CallExplanation,
  CheckPolicyRequest,
  CheckPolicyResult,
  PolicyHistory,
  PolicyView,
  PutPolicyRequest,
  ServerReview,
  TestPolicyRequest,
  TestPolicyResult,
} from '@bakerst/shared/api/guard';
import { z } from 'zod';
import { json } from '../exchange.ts';
import { type Route, route } from '../route.ts';
import { serverName } from './configuration.ts';

/** A policy of a million characters, as JSON. */
const POLICY_BODY = 4_194_304;

export const policyRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/policy',
    id: 'readPolicy',
    tag: 'policy',
    access: 'config',
    summary: 'The policy in force, as text and in words, and what is wrong with a newer one',
    answers: { 200: { description: 'The policy', schema: PolicyView } },
    handle: ({ parts }) => json(200, parts.policy.view()),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/policy',
    id: 'replacePolicy',
    tag: 'policy',
    access: 'admin',
    summary: 'Replace the policy, if nobody else did meanwhile',
    body: { schema: PutPolicyRequest, limit: () => POLICY_BODY },
    answers: { 200: { description: 'The policy now in force', schema: PolicyView } },
    errors: ['policy_invalid', 'policy_conflict', 'policy_not_writable'],
    handle: async ({ parts, access, body }) => json(200, await parts.policy.replace(access, body)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/policy/check',
    id: 'checkPolicy',
    tag: 'policy',
    access: 'config',
    summary: 'Whether a text is a policy, with every mistake and its place; changes nothing',
    body: { schema: CheckPolicyRequest, limit: () => POLICY_BODY },
    answers: { 200: { description: 'What is wrong with it', schema: CheckPolicyResult } },
    handle: ({ parts, body }) => json(200, parts.policy.check(body.text)),
  }),
  route({
    method: 'POST',
    path: '/api/v1/policy/test',
    id: 'testPolicy',
    tag: 'policy',
    access: 'config',
    summary: "Which of one's own recorded calls would get another verdict; changes nothing",
    body: { schema: TestPolicyRequest, limit: () => POLICY_BODY },
    answers: { 200: { description: 'Verdicts that would change', schema: TestPolicyResult } },
    errors: ['policy_invalid'],
    handle: async ({ parts, access, body: { text, conversations } }) =>
      json(200, await parts.policy.test(access, { conversations, ...(text !== undefined && { text }) })),
  }),
  route({
    method: 'GET',
    path: '/api/v1/policy/history',
    id: 'listPolicies',
    tag: 'policy',
    access: 'config',
    summary: 'Which policy was in force since when, newest first',
    query: z.object({ limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answers: { 200: { description: 'Policies', schema: PolicyHistory } },
    handle: ({ parts, query }) => json(200, parts.policy.history(query.limit)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/calls/:call/explanation',
    id: 'explainCall',
    tag: 'policy',
    access: 'chat',
    summary: "Why one of one's own calls was allowed, asked or denied, under the policy of then",
    query: z.object({ turn: z.string().max(100).optional() }),
    answers: { 200: { description: 'The verdict with all it rests on', schema: CallExplanation } },
    errors: ['policy_call_unknown', 'store_not_found'],
    handle: async ({ parts, access, param, query }) =>
      json(200, await parts.policy.explain(access, param('call'), query.turn)),
  }),
  route({
    method: 'GET',
    path: '/api/v1/mcp-servers/:name/review',
    id: 'reviewMcpServer',
    tag: 'policy',
    access: 'config',
    summary: 'What a server offers beside what was accepted of it, with proposals that are not in force',
    answers: { 200: { description: 'Its tools', schema: ServerReview } },
    errors: ['mcp_server_unknown'],
    handle: ({ parts, param }) => json(200, parts.policy.review(serverName(param('name')))),
  }),
  route({
    method: 'POST',
    path: '/api/v1/mcp-servers/:name/accept',
    id: 'acceptMcpServer',
    tag: 'policy',
    access: 'admin',
    summary:
      'Accept tools of a server as they were looked at: writes pins, effects and roles into the policy',
    body: { schema: AcceptServerRequest, limit: () => POLICY_BODY },
    answers: { 200: { description: 'The policy now in force', schema: PolicyView } },
    errors: ['policy_invalid', 'policy_conflict', 'policy_not_writable', 'mcp_server_unknown'],
    handle: async ({ parts, access, param, body }) =>
      json(200, await parts.policy.accept(access, serverName(param('name')), body)),
  }),
];
