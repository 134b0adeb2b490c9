import type { OperatorRule, Policy, PolicyProblem } from '@bakerst/shared/policy';
import { registryName } from '@bakerst/shared/registry-name';
import { checkTool, type Found } from './check-tool-policy.ts';
import type { PolicyDocument } from './policy-document.ts';
import { didYouMean, dotted } from './policy-issues.ts';
import { patternProblem } from './redaction/operator-patterns.ts';
import { compileRule } from './rule-language.ts';

/** What a schema cannot say: names that point somewhere, rules and patterns that compile, entries that mean nothing. */
export function checkPolicy(policy: Policy, document: PolicyDocument): PolicyProblem[] {
  const found = [
    ...checkServers(policy),
    ...Object.entries(policy.core).flatMap(([name, tool]) =>
      checkTool(tool, { path: ['core', name], policy }),
    ),
    ...checkCoreNames(policy),
    ...checkReferents(policy),
    ...checkRules(policy.rules),
    ...checkUrls(policy),
    ...checkApprovals(policy),
    ...checkPatterns(policy),
  ];
  return found.map(({ path, ...words }) => ({ ...document.place(path), path: dotted(path), ...words }));
}

const SERVER_NAME = /^[a-z0-9][a-z0-9-]{0,30}$/;

function checkServers(policy: Policy): Found[] {
  return Object.entries(policy.servers).flatMap(([server, { tools }]) => {
    const path = ['servers', server];
    const isName = SERVER_NAME.test(server) && server !== 'core' && server !== 'demo';
    const remedy = 'Use the name under mcpServers: lower case letters, digits and hyphens.';
    const badName = isName ? [] : [{ path, message: `"${server}" cannot be a server.`, remedy }];
    const seen = new Map<string, string>();
    return [
      ...badName,
      ...Object.entries(tools).flatMap(([name, tool]) => {
        const at = [...path, 'tools', name];
        const known = registryName(server, name);
        const twin = seen.get(known);
        seen.set(known, name);
        const message = `"${name}" and "${twin}" are the same tool, ${known}.`;
        const clash = twin === undefined ? [] : [{ path: at, message, remedy: 'Keep one of them.' }];
        return [...clash, ...checkTool(tool, { path: at, policy })];
      }),
    ];
  });
}

function checkCoreNames(policy: Policy): Found[] {
  return Object.keys(policy.core)
    .filter((name) => name.includes('__'))
    .map((name) => ({
      path: ['core', name],
      message: `"${name}" is not a tool of the house.`,
      remedy: "Tools of a server stand under servers.<server>.tools, by the server's own names.",
    }));
}

/** Effects of the declared tools by their name in the registry. */
function declaredTools(policy: Policy): ReadonlyMap<string, string> {
  const servers = Object.entries(policy.servers).flatMap(([server, { tools }]) =>
    Object.entries(tools).map(([name, { effect }]) => [registryName(server, name), effect] as const),
  );
  return new Map([
    ...servers,
    ...Object.entries(policy.core).map(([name, { effect }]) => [name, effect] as const),
  ]);
}

function checkReferents(policy: Policy): Found[] {
  const tools = declaredTools(policy);
  return Object.entries(policy.referents).flatMap(([name, { tool }]) => {
    const path = ['referents', name, 'tool'];
    const effect = tools.get(tool);
    if (effect === undefined) {
      const message = `The policy declares no tool "${tool}".`;
      return [{ path, message, remedy: didYouMean(tool, [...tools.keys()]) }];
    }
    if (effect === 'read') return [];
    const message = `${tool} is ${effect}: the monitor itself only reads.`;
    return [{ path, message, remedy: 'Name a tool whose effect is read.' }];
  });
}

function checkRules(rules: readonly OperatorRule[]): Found[] {
  return rules.flatMap((rule, at) => {
    const compiled = compileRule(rule);
    const place =
      compiled.ok || compiled.problem.at === undefined ? '' : ` (character ${compiled.problem.at + 1})`;
    const wrong: Found[] = compiled.ok
      ? []
      : [
          {
            path: ['rules', at, 'when'],
            message: `The rule "${rule.name}" cannot be used: ${compiled.problem.message}${place}`,
            remedy:
              'Write CEL over principal, tool, server, effect, integrity, confidentiality, unattended and args, ' +
              'that gives true or false.',
          },
        ];
    const isTwin = rules.findIndex(({ name }) => name === rule.name) !== at;
    return isTwin ? [...wrong, twice(['rules', at, 'name'], rule.name)] : wrong;
  });
}

function twice(path: Found['path'], name: string): Found {
  return { path, message: `The name "${name}" is taken above.`, remedy: 'Give it a name of its own.' };
}

function checkUrls(policy: Policy): Found[] {
  return policy.urls.flatMap((entry, at) => {
    const path = ['urls', at];
    if ('host' in entry) {
      const remedy = 'Write the host alone, in lower case: docs.example.com.';
      return isHost(entry.host) ? [] : [{ path, message: `"${entry.host}" is not a host.`, remedy }];
    }
    const url = new URL('exact' in entry ? entry.exact : entry.prefix);
    const problems: Found[] = [];
    if (url.protocol !== 'https:' && url.protocol !== 'http:') {
      problems.push({
        path,
        message: `${url.protocol} is not an address of the web.`,
        remedy: 'Write https://...',
      });
    }
    if (url.username !== '' || url.password !== '') {
      problems.push({ path, message: 'The address holds a name or password.', remedy: 'Remove it.' });
    }
    if ('prefix' in entry && (url.search !== '' || url.hash !== '')) {
      problems.push({
        path,
        message: 'A prefix has no query.',
        remedy: 'Cut it before ? and #, or use exact.',
      });
    }
    return problems;
  });
}

function isHost(host: string): boolean {
  return URL.canParse(`https://${host}/`) && new URL(`https://${host}/`).host === host;
}

function checkApprovals(policy: Policy): Found[] {
  const tools = declaredTools(policy);
  return policy.approvals.flatMap((entry, at) => {
    const path = ['approvals', at];
    const unknown = (entry.tools ?? []).filter((tool) => tool.includes('__') && !tools.has(tool));
    const problems: Found[] = unknown.map((tool) => ({
      path: [...path, 'tools'],
      message: `The policy declares no tool "${tool}".`,
      remedy: didYouMean(tool, [...tools.keys()]),
    }));
    if (!entry.fourEyes && !entry.stepUp) {
      const remedy =
        'Add fourEyes: true (a second person) or stepUp: true (somebody who signed in just now).';
      problems.push({ path, message: 'This entry asks for nothing.', remedy });
    }
    return problems;
  });
}

function badPattern(why: string): Pick<Found, 'message' | 'remedy'> {
  return {
    message: `The pattern cannot be used: ${why.slice(0, 300)}.`,
    remedy: 'It is RE2: no look-around, no back-references; make it match a secret, and nothing empty.',
  };
}

function checkPatterns(policy: Policy): Found[] {
  const { patterns } = policy.redaction;
  return patterns.flatMap(({ name, pattern }, at) => {
    const path = ['redaction', 'patterns', at];
    const isTwin = patterns.findIndex((other) => other.name === name) !== at;
    const wrong = patternProblem(pattern);
    return [
      ...(isTwin ? [twice([...path, 'name'], name)] : []),
      ...(wrong === undefined ? [] : [{ path: [...path, 'pattern'], ...badPattern(wrong) }]),
    ];
  });
}
