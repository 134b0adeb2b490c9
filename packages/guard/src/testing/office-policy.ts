import type { Guard } from '@bakerst/shared/guard';
import { parsePolicy } from '../parse-policy.ts';
import { createPolicyGuard } from '../policy-guard.ts';

export const PIN = 'a'.repeat(64);

/** A policy as an operator would write it: mail, calendar, files, a bank, the web, and notes of the house. */
export const OFFICE = {
  version: 1,
  constants: [
    { value: 'accounting@house.example', slots: ['recipient'], note: 'accounting' },
    { value: 'DE02120300000000202051', slots: ['sender'] },
  ],
  urls: [
    { exact: 'https://rates.example/today?base=EUR' },
    { prefix: 'https://docs.example/handbook' },
    { host: 'status.example', learns: 'public' },
    { host: 'wiki.example', learns: 'internal' },
  ],
  referents: {
    event: { tool: 'office__search_events', query: 'words', id: 'id', title: 'title' },
    file: { tool: 'office__search_files', query: 'words', id: 'id', title: 'name' },
  },
  core: { write_note: { effect: 'write-private', arguments: { text: { role: 'content' } } } },
  servers: {
    office: {
      clearance: 'internal',
      tools: {
        read_mail: { pin: PIN, effect: 'read' },
        search_events: { pin: PIN, effect: 'read' },
        search_files: { pin: PIN, effect: 'read' },
        send_mail: {
          pin: PIN,
          effect: 'external',
          arguments: {
            to: { slot: 'recipient' },
            cc: { slot: 'recipient', default: [] },
            subject: { role: 'content', line: 'single' },
            body: { role: 'content' },
          },
        },
        create_event: {
          pin: PIN,
          effect: 'write-private',
          arguments: {
            title: { role: 'content' },
            start: { slot: 'start' },
            end: { slot: 'end', follows: { argument: 'start', withinMinutes: 120 } },
            guests: { slot: 'guest', default: [] },
          },
        },
        share_event: {
          pin: PIN,
          effect: 'external',
          arguments: { event: { refers: 'event' }, guest: { slot: 'guest' } },
        },
        cancel_event: { pin: PIN, effect: 'destructive', arguments: { event: { refers: 'event' } } },
        append_file: {
          pin: PIN,
          effect: 'write-private',
          intents: ['append * file', 'add * file'],
          arguments: { file: { refers: 'file' }, text: { role: 'content' } },
        },
        set_flag: {
          pin: PIN,
          effect: 'external',
          intents: ['flag'],
          arguments: { thing: {}, kind: { safe: ['read', 'triage'] }, note: { default: null } },
        },
      },
    },
    bank: {
      clearance: 'internal',
      tools: {
        own_account: {
          pin: PIN,
          effect: 'read',
          results: { integrity: 'trusted', authoritative: { 'accounts.iban': ['sender'] } },
        },
        transactions: { pin: PIN, effect: 'read' },
        send_money: {
          pin: PIN,
          effect: 'money',
          intents: ['pay', 'send * to', 'transfer'],
          arguments: {
            recipient: { slot: 'recipient', type: 'iban' },
            amount: { slot: 'amount', type: 'number', max: 5000 },
            subject: { role: 'content', line: 'single' },
            sender: { slot: 'sender', type: 'iban', default: null },
            bill: { refers: 'file', default: null },
          },
        },
      },
    },
    web: { tools: { fetch: { pin: PIN, effect: 'read-open', arguments: { url: { type: 'url' } } } } },
    shell: { tools: { run: { pin: PIN, effect: 'exec' }, configure: { pin: PIN, effect: 'admin' } } },
  },
} as const;

/** Changes to the policy, at the top level alone. */
export type OfficeChange = Readonly<Record<string, unknown>>;

/** A guard for the office, with some of its top-level entries replaced. */
export function officeGuard(change: OfficeChange = {}): Guard {
  return guardOf({ ...OFFICE, ...change });
}

/** The office where the web may learn everything, so that its rule about addresses stands alone. */
export function openOffice(change: OfficeChange = {}): Guard {
  return officeGuard({
    servers: { ...OFFICE.servers, web: { ...OFFICE.servers.web, clearance: 'secret' } },
    ...change,
  });
}

/** @throws Error with the problems of a policy that is wrong. */
export function guardOf(policy: object): Guard {
  const text = JSON.stringify(policy);
  const parsed = parsePolicy(text);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems, undefined, 2));
  return createPolicyGuard({ policy: parsed.policy, text });
}
