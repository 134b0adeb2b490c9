import { z } from 'zod';
import { PrincipalKind, Scope } from '../identity.ts';

/** `POST /api/v1/auth/login`: a one-time code from the start-up link, or an API token. Sets the session cookie. */
export const LoginRequest = z
  .union([
    z.strictObject({ code: z.string().min(16).max(200) }),
    z.strictObject({ token: z.string().min(1).max(500) }),
  ])
  .meta({ id: 'LoginRequest' });
export type LoginRequest = z.infer<typeof LoginRequest>;

/**
 * `POST /api/v1/auth/login-code`: a link that logs a browser in once. Its session holds the scopes of the credential
 * that asked for it, and no more.
 */
export const LoginLink = z
  .object({ url: z.url(), expiresAt: z.string(), scopes: z.array(Scope) })
  .meta({ id: 'LoginLink' });
export type LoginLink = z.infer<typeof LoginLink>;

/** `GET /api/v1/me`, and the answer to a login. */
export const Me = z
  .object({
    principal: z.object({ id: z.string(), kind: PrincipalKind, name: z.string() }),
    scopes: z.array(Scope),
    via: z.enum(['token', 'session', 'system']),
    expiresAt: z.string().optional(),
    agentName: z.string(),
    version: z.string(),
  })
  .meta({ id: 'Me' });
export type Me = z.infer<typeof Me>;

/** `GET /api/v1/people`: everybody who can hold tokens here. */
export const Person = z
  .object({ id: z.string(), name: z.string(), createdAt: z.string() })
  .meta({ id: 'Person' });
export type Person = z.infer<typeof Person>;
export const PersonList = z.object({ items: z.array(Person) }).meta({ id: 'PersonList' });

/** `POST /api/v1/people`, scope `admin`. A person can do nothing until a token is made for it. */
export const CreatePersonRequest = z
  .strictObject({ name: z.string().trim().min(1).max(100) })
  .meta({ id: 'CreatePersonRequest' });

export const Token = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(Scope),
    createdAt: z.string(),
    expiresAt: z.string().optional(),
    lastUsedAt: z.string().optional(),
    revokedAt: z.string().optional(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;

/** A token can only be given scopes that its maker holds. */
export const CreateTokenRequest = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    scopes: z.array(Scope).min(1),
    expiresInDays: z.int().min(1).max(3_650).optional(),
    /** Id of another person (`GET /api/v1/people`) whom the token is for; absent: of who makes it. */
    person: z.string().max(100).optional(),
  })
  .meta({ id: 'CreateTokenRequest' });
export type CreateTokenRequest = z.infer<typeof CreateTokenRequest>;

/** The secret is shown this once. */
export const CreatedToken = Token.extend({ secret: z.string() }).meta({ id: 'CreatedToken' });
export type CreatedToken = z.infer<typeof CreatedToken>;
