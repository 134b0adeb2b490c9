import type { PolicyView } from '@bakerst/shared/api/guard';
import { CodedError } from '@bakerst/shared/coded-error';
import { targetText } from '../commands/stops.ts';
import { PROFILE_WORDS } from '../policy-text.ts';
import type { Check, CheckResult, Surroundings } from './check.ts';

/** A policy that is missing or refused; a profile that asks less than it should. */
export const checkPolicyInForce: Check = (around) =>
  asking('policy', around, async ({ guard }) => {
    const policy = await guard.policy();
    return [standing(policy), ...refused(policy), ...profile(policy)];
  });

function standing({ source, hash, profile: name, path }: PolicyView): CheckResult {
  if (source === 'missing') {
    return {
      name: 'policy',
      status: 'fail',
      detail: 'There is no valid policy: everything but reads is denied.',
      remedy: path === undefined ? 'See: bakerst policy show' : `Correct it: bakerst policy check ${path}`,
    };
  }
  const from = source === 'file' ? (path ?? 'a file') : 'built in';
  return { name: 'policy', status: 'ok', detail: `${name}, ${hash.slice(0, 12)}, ${from}` };
}

function refused({ problems, path, source }: PolicyView): CheckResult[] {
  const [first] = problems;
  if (first === undefined || source === 'missing') return [];
  const line = first.line === undefined ? '' : `line ${first.line}: `;
  return [
    {
      name: 'policy',
      status: 'fail',
      detail: `A newer text was refused, the former one stays in force: ${line}${first.message}`,
      remedy: `${first.remedy} All of it: bakerst policy check ${path ?? '<file>'}`,
    },
  ];
}

function profile({ profile: name }: PolicyView): CheckResult[] {
  if (name !== 'observe' && name !== 'autonomous') return [];
  const detail = `The profile is ${name}: it ${PROFILE_WORDS[name]}.`;
  const remedy = 'bakerst policy profile balanced';
  return [{ name: 'policy', status: 'warn', alarming: name === 'observe', detail, remedy }];
}

/** Tools that nobody has accepted, or that are not what was accepted. */
export const checkToolPins: Check = (around) =>
  asking('tool pins', around, async ({ guard }) => {
    const servers = (around.status?.toolServers ?? []).filter(
      ({ transport, toolCount }) => transport !== 'core' && toolCount > 0,
    );
    const reviews = await Promise.all(servers.map(({ server }) => guard.review(server)));
    return reviews.flatMap(({ server, tools }): CheckResult[] => {
      const named = (state: string) => tools.filter((tool) => tool.state === state).map(({ name }) => name);
      const name = `pins of ${server}`;
      const changed = named('changed');
      const unknown = [...named('unknown'), ...named('unpinnable')];
      const remedy = `Look at them: bakerst mcp review ${server}`;
      const results: CheckResult[] = [];
      if (changed.length > 0) {
        const detail = `Changed since they were accepted, so every call is refused: ${some(changed)}`;
        results.push({ name, status: 'warn', alarming: true, detail, remedy });
      }
      if (unknown.length > 0) {
        results.push({ name, status: 'warn', detail: `Nobody has accepted: ${some(unknown)}`, remedy });
      }
      if (results.length > 0) return results;
      return [{ name, status: 'ok', detail: `${tools.length} tools are what was accepted` }];
    });
  });

/** What a person has stopped, and perhaps forgotten. */
export const checkStops: Check = (around) =>
  asking('stops', around, async ({ guard }) => {
    const stops = await guard.stops();
    return stops.map((stop): CheckResult => {
      const why = stop.reason === undefined ? '' : `: ${stop.reason}`;
      const detail = `${targetText(stop)} since ${stop.at}${why}`;
      return { name: 'stopped', status: 'warn', detail, remedy: `bakerst stop lift ${stop.id}` };
    });
  });

type Brain = ReturnType<Surroundings['parts']['api']>;

/** Asks the brain, where there is one; a refusal (a scope that this token lacks) is said, not hidden. */
async function asking(
  name: string,
  { status, parts }: Surroundings,
  ask: (brain: Brain) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  if (status === undefined) return [];
  try {
    return await ask(parts.api());
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return [{ name, status: 'warn', detail: `Not looked at: ${error.message}`, remedy: error.remedy }];
  }
}

function some(names: readonly string[]): string {
  return names.length <= 5
    ? names.join(', ')
    : `${names.slice(0, 5).join(', ')} and ${names.length - 5} more`;
}
