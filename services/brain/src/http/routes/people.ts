import { CreatePersonRequest, Person, PersonList } from '@bakerst/shared/api/auth';
import { listPeople, makePerson } from '../../identity/people.ts';
import { json } from '../exchange.ts';
import { type Route, route } from '../route.ts';

export const peopleRoutes: readonly Route[] = [
  route({
    method: 'GET',
    path: '/api/v1/people',
    id: 'listPeople',
    tag: 'people',
    access: 'admin',
    summary: 'List everybody who can hold tokens here',
    answers: { 200: { description: 'People', schema: PersonList } },
    handle: ({ parts }) => json(200, { items: listPeople(parts) }),
  }),
  route({
    method: 'POST',
    path: '/api/v1/people',
    id: 'createPerson',
    tag: 'people',
    access: 'admin',
    summary: 'Make a person: somebody to give a token to',
    body: { schema: CreatePersonRequest, limit: () => 4_096 },
    answers: { 201: { description: 'The person', schema: Person } },
    errors: ['person_exists', 'person_name_invalid'],
    handle: async ({ parts, access, body }) => json(201, await makePerson(parts, access, body.name)),
  }),
];
