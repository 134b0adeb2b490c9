import type { Policy, Profile, ToolPolicy } from '@bakerst/shared/policy';
import { type Document, isMap, isNode, isScalar, type Node, parseDocument, type YAMLMap } from 'yaml';
import { YAML_OPTIONS } from './policy-document.ts';
import { spliceSection } from './splice-section.ts';

/** A tool by its server's own name. */
export interface ToolPlace {
  readonly server: string;
  readonly tool: string;
}

/**
 * Edits of a policy's text that leave everything else as a person wrote it: comments, order, layout. The text must be
 * one that `parsePolicy` accepts; what comes out is parsed again by the caller before it counts.
 */
export function acceptTool(text: string, place: ToolPlace & { readonly policy: ToolPolicy }): string {
  return edit(text, ['servers', place.server, 'tools', place.tool], (document) => {
    const tools = mapIn(document, ['servers', place.server, 'tools']);
    const wanted = document.createNode(shortToolPolicy(place.policy));
    const former = tools.get(place.tool, true);
    // A comment of a person stays where the tool stands.
    if (isNode(former)) keepComments(former, wanted);
    tools.set(tools.items.find(({ key }) => nameOf(key) === place.tool)?.key ?? place.tool, wanted);
  });
}

/** The tool is unknown again. What a person wrote of its server stays. */
export function withdrawTool(text: string, { server, tool }: ToolPlace): string {
  return edit(text, ['servers', server, 'tools', tool], (document) => {
    const tools = document.getIn(['servers', server, 'tools']);
    if (isMap(tools)) tools.delete(tool);
  });
}

export function setClearance(
  text: string,
  {
    server,
    clearance,
  }: { readonly server: string; readonly clearance: Policy['servers'][string]['clearance'] },
): string {
  return edit(text, ['servers', server, 'clearance'], (document) => {
    if (clearance === undefined) document.deleteIn(['servers', server, 'clearance']);
    else mapIn(document, ['servers', server]).set('clearance', clearance);
  });
}

export function setProfile(text: string, profile: Profile): string {
  return edit(text, ['profile'], (document) => document.set('profile', profile));
}

function edit(text: string, path: readonly string[], change: (document: Document) => void): string {
  const document: Document = parseDocument(text, YAML_OPTIONS);
  if (document.errors.length > 0) throw new TypeError('Only a valid policy can be edited.');
  if (!isMap(document.contents)) document.contents = document.createNode({});
  const before = document.toString(LAYOUT);
  change(document);
  const after = document.toString(LAYOUT);
  return after === before ? text : spliceSection({ before: text, after, path });
}

/** No folding: a folded line would change where a person had put its ends. */
const LAYOUT = { lineWidth: 0, flowCollectionPadding: true } as const;

/** The map at a path; made where it is missing, taken out of `{}` where it was empty. */
function mapIn(document: Document, path: readonly string[]): YAMLMap {
  let map = document.contents;
  for (const name of path) {
    if (!isMap(map)) throw new TypeError(`${path.join('.')} is not a map.`);
    let next: unknown = map.get(name, true);
    if (!isMap(next)) {
      next = document.createNode({});
      map.set(name, next);
    }
    if (isMap(next) && next.items.length === 0) next.flow = false;
    map = isMap(next) ? next : null;
  }
  if (!isMap(map)) throw new TypeError(`${path.join('.')} is not a map.`);
  return map;
}

/** What was noted beside a value is not true of another one. */
function keepComments(former: Node, wanted: Node): void {
  if (isScalar(former) && !(isScalar(wanted) && wanted.value === former.value)) return;
  if (former.commentBefore != null) wanted.commentBefore = former.commentBefore;
  if (former.comment != null) wanted.comment = former.comment;
  if (!isMap(former) || !isMap(wanted)) return;
  for (const pair of wanted.items) {
    const old = former.items.find(({ key }) => nameOf(key) === nameOf(pair.key));
    if (old) pair.key = old.key;
    if (isNode(old?.value) && isNode(pair.value)) keepComments(old.value, pair.value);
  }
}

function nameOf(key: unknown): unknown {
  return typeof key === 'object' && key !== null && 'value' in key ? key.value : key;
}

/** Without what is the default anyway: a person has to read it. */
function shortToolPolicy(policy: ToolPolicy): Record<string, unknown> {
  const { pin, effect, idempotent, intents, arguments: args, results } = policy;
  const { integrity, confidentiality, authoritative } = results;
  const shortResults = {
    ...(integrity !== 'untrusted' && { integrity }),
    ...(confidentiality !== 'internal' && { confidentiality }),
    ...(Object.keys(authoritative).length > 0 && { authoritative }),
  };
  return {
    ...(pin !== undefined && { pin }),
    effect,
    ...(idempotent && { idempotent }),
    ...(intents && { intents }),
    ...(Object.keys(args).length > 0 && { arguments: shortArguments(args) }),
    ...(Object.keys(shortResults).length > 0 && { results: shortResults }),
  };
}

function shortArguments(args: ToolPolicy['arguments']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, { role, ...rest }]) => [
      name,
      { ...(role === 'content' && { role }), ...rest },
    ]),
  );
}
