import { Problem } from '@bakerst/shared/api/problem';
import { z } from 'zod';
import type { Route, RouteAnswer } from './route.ts';

type JsonObject = Record<string, unknown>;

/**
 * The OpenAPI 3.1 document, made of the very table that the app registers and the schemas that it parses with.
 * Schemas with an id become components; everything else stands where it is used.
 */
export function openApiDocument(routes: readonly Route[], version: string): JsonObject {
  const components = componentSchemas();
  const paths: Record<string, JsonObject> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:([a-z]+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Baker Street',
      version,
      description:
        'Every error is `application/problem+json` with a code and a remedy; under `/v1` it has the shape of OpenAI ' +
        'errors. Requests are limited per credential; `RateLimit` fields say what is left.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }, { session: [] }],
    paths,
    components: {
      schemas: components.schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'An API token, `bst_...`' },
        session: { type: 'apiKey', in: 'cookie', name: 'bakerst_session', description: 'A browser session' },
      },
    },
  };
}

interface Components {
  readonly schemas: JsonObject;
  /** A schema as it is referred to in the document. */
  ref(schema: z.ZodType, io: 'input' | 'output'): JsonObject;
}

function componentSchemas(): Components {
  const schemas: JsonObject = {};
  const ref = (schema: z.ZodType, io: 'input' | 'output'): JsonObject => {
    const {
      $schema: _,
      $defs,
      ...made
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as JsonObject;
    const defs = ($defs ?? {}) as JsonObject;
    for (const [name, def] of Object.entries(defs)) schemas[name] ??= moveRefs(def);
    const id = z.globalRegistry.get(schema)?.id;
    if (typeof id !== 'string') return moveRefs(made) as JsonObject;
    schemas[id] ??= moveRefs(made);
    return { $ref: `#/components/schemas/${id}` };
  };
  ref(Problem, 'output');
  return { schemas, ref };
}

/** What zod defines beside a schema lives under components here; each component says its own name, no id needed. */
function moveRefs(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(moveRefs);
  if (typeof value !== 'object' || value === null) return value;
  const moved: JsonObject = {};
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string')
      moved[key] = inner.replace('#/$defs/', '#/components/schemas/');
    else if (key !== 'id' || typeof inner !== 'string') moved[key] = moveRefs(inner);
  }
  return moved;
}

function operation(route: Route, components: Components): JsonObject {
  const content = requestContent(route, components);
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    ...(route.access === 'open' ? { security: [] } : {}),
    'x-scope': route.access,
    'x-errors': errorCodes(route),
    parameters: [...pathParameters(route), ...queryParameters(route), ...headerParameters(route)],
    ...(content === undefined ? {} : { requestBody: { required: true, content } }),
    responses: responses(route, components),
  };
}

const OPEN_ERRORS = ['host_refused', 'origin_refused', 'rate_limited', 'internal'];
const CREDENTIAL_ERRORS = [
  'unauthenticated',
  'credential_invalid',
  'credential_expired',
  'credential_revoked',
  'login_throttled',
];
const BODY_ERRORS = [
  'body_missing',
  'body_too_large',
  'body_incomplete',
  'media_type_refused',
  'malformed_json',
];

function errorCodes(route: Route): readonly string[] {
  const codes = new Set([...OPEN_ERRORS, ...(route.errors ?? [])]);
  if (route.access !== 'open') for (const code of CREDENTIAL_ERRORS) codes.add(code);
  if (route.access !== 'open' && route.access !== 'authenticated') codes.add('scope_missing');
  if (route.body) for (const code of BODY_ERRORS) codes.add(code);
  if (route.rawBody) codes.add('body_missing').add('body_too_large').add('body_incomplete');
  if (route.body || route.query) codes.add('invalid_request');
  return [...codes];
}

function requestContent(route: Route, components: Components): JsonObject | undefined {
  if (route.body) return { 'application/json': { schema: components.ref(route.body.schema, 'input') } };
  if (!route.rawBody) return undefined;
  return Object.fromEntries(route.rawBody.mediaTypes.map((type) => [type, { schema: {} }]));
}

function pathParameters(route: Route): JsonObject[] {
  return [...route.path.matchAll(/:([a-z]+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(route: Route): JsonObject[] {
  if (!route.query) return [];
  const schema = z.toJSONSchema(route.query, { io: 'input', unrepresentable: 'any' });
  const required = new Set(schema.required ?? []);
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: required.has(name),
    schema: property,
  }));
}

function headerParameters(route: Route): JsonObject[] {
  return Object.entries(route.headers ?? {}).map(([name, description]) => ({
    name,
    in: 'header',
    required: false,
    description,
    schema: { type: 'string' },
  }));
}

function responses(route: Route, components: Components): JsonObject {
  const made: JsonObject = {};
  for (const [status, answer] of Object.entries(route.answers)) made[status] = response(answer, components);
  const openAi = route.path.startsWith('/v1/');
  const content = openAi
    ? { 'application/json': { schema: OPENAI_ERROR } }
    : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
  made.default = { description: 'What went wrong, with its code and a remedy', content };
  return made;
}

const OPENAI_ERROR: JsonObject = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['message', 'type', 'code', 'param'],
      properties: {
        message: { type: 'string' },
        type: { type: 'string' },
        code: { type: 'string' },
        param: { type: ['string', 'null'] },
      },
    },
  },
};

function response(answer: RouteAnswer, components: Components): JsonObject {
  const { description, schema, mediaType } = answer;
  if (schema)
    return { description, content: { 'application/json': { schema: components.ref(schema, 'output') } } };
  if (mediaType === undefined) return { description };
  const content = Object.fromEntries(mediaType.split(', ').map((type) => [type, {}]));
  return { description, content };
}
