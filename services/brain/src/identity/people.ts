import type { Person } from '@bakerst/shared/api/auth';
import { hasHiddenCharacters } from '@bakerst/shared/hidden-text';
import type { Access } from '@bakerst/shared/identity';
import type { PrincipalRecord } from '@bakerst/shared/store/system-store';
import { identityError } from './errors.ts';
import type { IdentityParts } from './identity-parts.ts';
import { ensureOwner } from './owner.ts';

const MOST_PEOPLE = 1_000;

/**
 * Somebody who can hold tokens here, and can do nothing until one is made.
 * @throws CodedError `person_exists`, `person_name_invalid`
 */
export async function makePerson(parts: IdentityParts, access: Access, name: string): Promise<Person> {
  const id = parts.ids('principal');
  const event = parts.auditEvent({
    type: 'admin.person_created',
    actor: access.principal,
    onBehalfOf: access.principal,
    body: { person: id, name, by: access.credential },
  });
  const identity = { id, kind: 'human', name, issuer: 'local', subject: subjectOf(name) } as const;
  const record = await parts.store.ensurePrincipal(identity, [event]);
  // The same name is the same identity: whoever has it already must not be handed to somebody else.
  if (record.id === id) return personView(record);
  throw identityError({
    code: 'person_exists',
    message: `There is a person called "${record.name}" already, which "${name}" could be taken for.`,
    remedy: 'Choose a name that tells them apart.',
  });
}

export function listPeople({ store }: IdentityParts): Person[] {
  return store.listPrincipals('human', MOST_PEOPLE).map(personView);
}

/**
 * For whom an administrator may make or revoke tokens: itself, and the people that were made here. Not the owner of
 * the house: a token of the owner would be the owner's eyes in somebody else's hand.
 * @returns the principal's id
 * @throws CodedError `person_unknown`
 */
export async function administeredPerson(
  parts: IdentityParts,
  access: Access,
  person: string | undefined,
): Promise<string> {
  if (person === undefined || person === access.principal) return access.principal;
  const found = parts.store.readPrincipal(person);
  if (found?.kind === 'human' && found.id !== (await ensureOwner(parts)).id) return found.id;
  throw identityError({
    code: 'person_unknown',
    message: 'There is no such person here whose tokens you could manage.',
    remedy: 'Take an id from the list of people; the owner of the house makes its own tokens.',
  });
}

function subjectOf(name: string): string {
  const subject = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  if (subject !== '' && !hasHiddenCharacters(name)) return subject;
  throw identityError({
    code: 'person_name_invalid',
    message: 'A name needs a letter or a digit, and holds no hidden characters.',
    remedy: 'Type the name anew instead of pasting it.',
  });
}

function personView({ id, name, createdAt }: PrincipalRecord): Person {
  return { id, name, createdAt };
}
