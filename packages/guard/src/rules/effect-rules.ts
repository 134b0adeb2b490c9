import type { Reason } from '@bakerst/shared/guard';
import { makeVisible } from '@bakerst/shared/hidden-text';
import { isWhole } from '../provenance/argument-leaves.ts';
import { unvouchedAddresses } from '../provenance/content-addresses.ts';
import { missingArguments, undeclaredArguments } from '../provenance/judge-values.ts';
import { standsInWords } from '../provenance/prove-value.ts';
import { callsLeft, repeatsFormerCall } from './budget-left.ts';
import { type Judgement, type Said, says } from './judgement.ts';
import { mixedValues } from './mixed-values.ts';
import { needsPlan } from './profile-needs.ts';

/** What the effect of a call demands (design: rules 1 to 6). Reasons of an ask name everything that is missing. */
export function judgeEffect(judgement: Judgement): Said {
  switch (judgement.call.effect) {
    case 'exec':
    case 'admin':
      return says('ask', `always-ask-${judgement.call.effect}`, {
        message: `${judgement.call.tool} ${judgement.call.effect === 'exec' ? 'runs code' : 'changes how the house is run'}: a person decides about every call.`,
      });
    case 'read':
      return says('allow', 'read', { message: 'It only reads, within what its server may learn.' });
    case 'read-open':
      return judgement.tainted
        ? judgeOpenRead(judgement)
        : allowed('trusted-read', 'Nothing untrusted was read before it.');
    case 'write-private':
      return judgement.tainted
        ? judgeTainted(judgement)
        : allowed('trusted-write', 'Nothing untrusted was read before it.');
    case 'destructive':
    case 'external':
    case 'money':
      return judgement.tainted || judgement.call.effect === 'money'
        ? judgeTainted(judgement)
        : judgePlanned(judgement);
    default:
      return judgement.call.effect satisfies never;
  }
}

function allowed(rule: string, message: string): Said {
  return says('allow', rule, { message });
}

/** Rule 3: nothing untrusted was read, so what the words ask for may be done. */
function judgePlanned(judgement: Judgement): Said {
  const unknown = undeclared(judgement);
  if (unknown.length > 0) return { said: 'ask', reasons: unknown };
  if (callsLeft(judgement) > 0 && !repeatsFormerCall(judgement))
    return allowed('planned', 'Your words ask for it.');
  // What would be let through after something untrusted was read is let through before it too.
  if (!needsPlan(judgement.policy, judgement.call.effect)) return judgeTainted(judgement);
  return { said: 'ask', reasons: [notPlanned(judgement)] };
}

/** Rule 5: the exact address is in the person's words or on the list. */
function judgeOpenRead(judgement: Judgement): Said {
  const { values, call } = judgement;
  const open = values.filter((one) => one.spec.role === 'control' && !one.proof);
  const reasons: Reason[] = [
    ...undeclared(judgement),
    ...open.map((one) => ({
      rule: 'unnamed-address',
      message: `${call.tool} would go to ${shown(one.leaf.value)}, which you did not name; what it goes to learns what the address says.`,
      remedy: 'Name the exact address in your message, or list it under urls in the policy.',
    })),
  ];
  if (reasons.length > 0) return { said: 'ask', reasons };
  return allowed('named-address', 'The address is in your words or on the list of the policy.');
}

/** Rules 4 and 6: planned, every control value proven in its slot, nothing foreign in the content, no repeat. */
function judgeTainted(judgement: Judgement): Said {
  const { call, policy } = judgement;
  const reasons: Reason[] = [
    ...undeclared(judgement),
    ...(needsPlan(policy, call.effect) && callsLeft(judgement) <= 0 ? [notPlanned(judgement)] : []),
    ...unprovenValues(judgement),
    ...nothingNamed(judgement),
    ...mixedValues(judgement),
    ...(call.effect === 'write-private' ? [] : foreignContent(judgement)),
    ...(repeatsFormerCall(judgement) && call.effect !== 'write-private' ? [repeated(judgement)] : []),
  ];
  if (reasons.length > 0) return { said: 'ask', reasons };
  return allowed(
    'proven',
    needsPlan(policy, call.effect)
      ? 'Your words ask for it, and every value that decides what happens comes from you or the operator.'
      : 'Every value that decides what happens comes from you or the operator.',
  );
}

/** What the policy does not describe could do anything, whoever named its value. */
function undeclared({ evidence, tool, call, standing }: Judgement): readonly Reason[] {
  if (!tool) return [];
  return undeclaredArguments(evidence, tool.policy).map((name) => ({
    rule: 'undeclared-argument',
    message: `${call.tool} has the argument ${shown(name)}, which the policy does not describe.`,
    remedy:
      standing.acceptance === 'core'
        ? `Describe it in the policy under core.${call.tool}.arguments.`
        : `Describe it in the policy, among the arguments of this tool under servers.${call.server}.tools.`,
  }));
}

function notPlanned({ call, plan }: Judgement): Reason {
  const isPlanned = plan.tools.has(call.tool) || plan.planned.some((one) => one.tool === call.tool);
  return isPlanned
    ? {
        rule: 'plan-used-up',
        message: `Your words ask for fewer calls of ${call.tool} than it has made.`,
        remedy: 'Say in a message what else is to be done.',
      }
    : {
        rule: 'not-planned',
        message: `Your message does not ask for ${call.tool}.`,
        remedy: 'Ask for it in plain words, or list how people ask for it under intents in the policy.',
      };
}

/** Whatever some program takes for the end of a line. */
const LINE_END = /[\r\n\v\f\u0085\u2028\u2029]/u;

function unprovenValues(judgement: Judgement): readonly Reason[] {
  const { values, evidence, tool, call } = judgement;
  const open = values.filter((one) => one.spec.role === 'control' && !one.proof);
  const broken = values.filter(
    ({ spec, leaf }) =>
      spec.role === 'content' && spec.line === 'single' && LINE_END.test(String(leaf.value)),
  );
  return [
    ...open.map((one) => ({
      rule: 'unproven-value',
      message: `${one.leaf.path} is ${shown(one.leaf.value)}, which does not come from your words for this, the operator or anything you endorsed.`,
      remedy: 'Name it in your message, endorse it on the card, or declare it in the policy.',
    })),
    ...missingArguments(evidence, tool?.policy).map((name) => ({
      rule: 'left-out',
      message: `${call.tool} leaves out ${name}, and the policy does not say that this is safe.`,
      remedy: `Give ${name} a default in the policy.`,
    })),
    ...broken.map((one) => ({
      rule: 'line-break',
      message: `${one.leaf.path} has a line break where one line is expected.`,
    })),
  ];
}

/** Values that are merely safe choose nothing: something of the call must come from a person. */
function nothingNamed({ values, tool, call }: Judgement): readonly Reason[] {
  const takesControl = Object.values(tool?.policy.arguments ?? {}).some((spec) => spec.role === 'control');
  if (call.effect === 'write-private' || !takesControl) return [];
  if (values.some(({ spec, proof }) => spec.role === 'control' && proof && proof.by !== 'safe')) return [];
  return [
    {
      rule: 'nothing-named',
      message: `Nothing that ${call.tool} would act on comes from you.`,
      remedy: 'Name in your message what it is about.',
    },
  ];
}

function foreignContent({ facts, values }: Judgement): readonly Reason[] {
  return unvouchedAddresses(facts, values).map(({ path, value }) => ({
    rule: 'foreign-address',
    message: `${path} holds ${shown(value)}, which you did not name.`,
    remedy: 'Look whether the reader should be led there.',
  }));
}

function repeated({ call }: Judgement): Reason {
  return { rule: 'repeat', message: `The same call of ${call.tool} was made in this request already.` };
}

const LONGEST_SHOWN = 200;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${makeVisible(value)}"` : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN).toWellFormed()}…` : text;
}

/**
 * Rule 2: arguments that stand whole in the person's words may go to any server. Names of arguments and of properties, flags
 * and how often something is said could spell out what was read, so only what the policy declares has any.
 */
export function isAllFromWords({ values, evidence, tool }: Judgement): boolean {
  if (undeclaredArguments(evidence, tool?.policy).length > 0) return false;
  const said = values.map(({ leaf }) => JSON.stringify([leaf.argument, leaf.isKey ?? false, leaf.value]));
  if (new Set(said).size < said.length) return false;
  return values.every(
    (one) =>
      one.proof !== undefined ||
      (typeof one.leaf.value === 'boolean' && isWhole(one.leaf)) ||
      standsInWords(evidence, one),
  );
}
