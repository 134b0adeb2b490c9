import { Status } from '@bakerst/shared/api/system';
import { CodedError } from '@bakerst/shared/coded-error';
import type { CliParts } from '../command.ts';
import {
  checkBrain,
  checkBudget,
  checkClock,
  checkCompletion,
  checkModel,
  checkStore,
  checkToolServers,
  checkWarnings,
} from './brain-checks.ts';
import type { Check, CheckResult, Surroundings } from './check.ts';
import { checkConfigFile } from './config-check.ts';
import { checkPolicyInForce, checkStops, checkToolPins } from './guard-checks.ts';
import {
  checkAddressFile,
  checkConsole,
  checkDataFolder,
  checkDisk,
  checkNode,
  checkPort,
  checkSandbox,
} from './machine-checks.ts';

const CHECKS: readonly Check[] = [
  checkNode,
  checkDataFolder,
  checkConfigFile,
  checkDisk,
  checkAddressFile,
  checkPort,
  checkConsole,
  checkSandbox,
  checkBrain,
  checkClock,
  checkStore,
  checkModel,
  checkBudget,
  checkToolServers,
  checkPolicyInForce,
  checkToolPins,
  checkStops,
  checkWarnings,
];

const PATIENCE_MS = 3_000;

/** Looks at everything there is to look at, whatever is down. */
export async function examine(
  parts: CliParts,
  options: { readonly completion: boolean },
): Promise<readonly CheckResult[]> {
  const around: Surroundings = { parts, ...(await askBrain(parts)) };
  const checks = options.completion ? [...CHECKS, checkCompletion] : CHECKS;
  const results = await Promise.all(checks.map((check) => look(check, around)));
  return results.flat();
}

async function look(check: Check, around: Surroundings): Promise<CheckResult[]> {
  try {
    return await check(around);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    const remedy = 'This check itself failed: please report it.';
    return [{ name: check.name, status: 'fail', detail, remedy }];
  }
}

type Account = Pick<Surroundings, 'status' | 'unreachable' | 'clockSkewMs'>;

async function askBrain(parts: CliParts): Promise<Account> {
  try {
    const response = await parts
      .api()
      .door.open({ method: 'GET', path: '/api/v1/status', timeoutMs: PATIENCE_MS });
    const parsed = Status.safeParse(await response.json());
    const date = Date.parse(response.headers.get('date') ?? '');
    return {
      status: parsed.success ? parsed.data : undefined,
      unreachable: parsed.success
        ? undefined
        : { message: 'Its status is not understood.', remedy: 'Use the CLI of the same release.' },
      clockSkewMs: Number.isNaN(date) ? undefined : date - parts.now(),
    };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const { message, remedy } = error;
    return { status: undefined, unreachable: { message, remedy }, clockSkewMs: undefined };
  }
}
