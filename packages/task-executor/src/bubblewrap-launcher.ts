import type {
  SandboxAvailability,
  SandboxedProcess,
  SandboxLauncher,
  SandboxSpec,
} from '@bakerst/shared/sandbox';
import {
  bubblewrapArguments,
  SANDBOX_GROUP,
  SANDBOX_HOME,
  SANDBOX_PASSWD,
  type SandboxPlan,
} from './bubblewrap-arguments.ts';
import { gatedCommand, startBubblewrap } from './bubblewrap-process.ts';
import { checkSandboxSpec } from './check-sandbox-spec.ts';
import { taskExecutorError } from './errors.ts';
import {
  contains,
  type ForbiddenPath,
  forbiddenPaths,
  resolveAllowedPath,
  unwritablePaths,
} from './forbidden-paths.ts';
import { refuseInheritedFolders } from './inherited-descriptors.ts';
import { probeBubblewrap } from './probe-bubblewrap.ts';
import { findLimiter, limitedCommand, type ProcessLimits } from './process-limits.ts';
import { type ProgramMount, resolveProgram } from './resolve-program.ts';
import { isSeccompArchitecture, seccompFilter } from './seccomp-filter.ts';
import { systemFiles, systemFolders } from './system-folders.ts';

export interface BubblewrapLauncherOptions {
  /** Default `/usr/bin/bwrap`. */
  readonly bwrapPath?: string;
  /** No sandbox sees it, whatever is declared. */
  readonly dataFolder: string;
  /** The operator's home: its places for credentials are never shown. */
  readonly home?: string;
  readonly forbiddenPaths?: readonly string[];
  /** Where this program and its prompts are: a sandbox may read there, never write. */
  readonly programFolders?: readonly string[];
  /** Where commands without a slash are looked up, e.g. the brain's own `PATH` with its node first. */
  readonly searchPath: string;
  readonly limits?: Partial<ProcessLimits>;
  /** How long a sandbox may take to stand. Default 10 s. */
  readonly startTimeoutMs?: number;
  /** `process.platform` and `process.arch`, as arguments for tests. */
  readonly platform?: string;
  readonly arch?: string;
}

/** Starts programs inside bubblewrap: own namespaces, empty environment, declared paths, system call filter. */
export function createBubblewrapLauncher(options: BubblewrapLauncherOptions): SandboxLauncher {
  const settings = {
    ...options,
    bwrapPath: options.bwrapPath ?? '/usr/bin/bwrap',
    arch: options.arch ?? process.arch,
    platform: options.platform ?? process.platform,
  };
  let probed: Promise<SandboxAvailability> | undefined;
  const start = (spec: SandboxSpec) => startSandbox(spec, settings);
  const probe = () => {
    probed ??= probeBubblewrap({ ...settings, start });
    return probed;
  };
  return {
    probe,
    launch: async (spec) => {
      const { available, detail, remedy } = await probe();
      if (available) return start(spec);
      throw taskExecutorError({
        code: 'sandbox_unavailable',
        message: `${spec.name} was not started, because there is no sandbox: ${detail}`,
        remedy: remedy ?? 'Install bubblewrap.',
      });
    },
  };
}

type Settings = BubblewrapLauncherOptions & {
  readonly bwrapPath: string;
  readonly arch: string;
};

async function startSandbox(spec: SandboxSpec, settings: Settings): Promise<SandboxedProcess> {
  checkSandboxSpec(spec);
  if (!isSeccompArchitecture(settings.arch)) {
    throw taskExecutorError({
      code: 'sandbox_unavailable',
      message: `There is no system call filter for ${settings.arch} processors.`,
      remedy: 'Run on an x86-64 or arm64 machine.',
    });
  }
  const { plan, executable } = await planSandbox(spec, settings);
  const limiter = await findLimiter();
  await refuseInheritedFolders();
  return startBubblewrap({
    name: spec.name,
    bwrapPath: settings.bwrapPath,
    arguments: bubblewrapArguments(plan),
    command: limitedCommand(limiter, settings.limits ?? {}, gatedCommand([executable, ...spec.args])),
    descriptors: plan.descriptors,
    seccomp: seccompFilter(settings.arch),
    passwd: SANDBOX_PASSWD,
    group: SANDBOX_GROUP,
    startTimeoutMs: settings.startTimeoutMs ?? 10_000,
  });
}

/** 0 to 2 are the program's own, 3 carries bubblewrap's options, 8 is the gate of `bubblewrap-process.ts`. */
const DESCRIPTORS = { status: 4, seccomp: 5, passwd: 6, group: 7 } as const;

async function planSandbox(
  spec: SandboxSpec,
  settings: Settings,
): Promise<{ readonly plan: SandboxPlan; readonly executable: string }> {
  const forbidden = await forbiddenPaths({
    dataFolder: settings.dataFolder,
    ...(settings.home === undefined ? {} : { home: settings.home }),
    more: settings.forbiddenPaths ?? [],
  });
  const { home, programFolders } = settings;
  const unwritable = await unwritablePaths({
    ...(home && { home }),
    ...(programFolders && { programFolders }),
  });
  const system = await systemFolders();
  refuseDataInSystemFolder(settings.dataFolder, forbidden);
  const program = await resolveProgram(spec.command, {
    searchPath: settings.searchPath,
    systemFolders: system.map((folder) => folder.path),
  });
  const paths = await Promise.all(
    spec.paths.map(async ({ path, write }) => ({
      source: await resolveAllowedPath(path, write ? [...forbidden, ...unwritable] : forbidden),
      target: path.length > 1 ? path.replace(/\/+$/, '') : path,
      write,
    })),
  );
  const plan = {
    system,
    files: await systemFiles(spec.network),
    program: await allowedMounts(program.mounts, forbidden),
    paths,
    env: {
      HOME: SANDBOX_HOME,
      LANG: 'C.UTF-8',
      TMPDIR: '/tmp',
      PATH: [...new Set([...program.searchFolders, '/usr/local/bin', '/usr/bin', '/bin'])].join(':'),
      ...spec.env,
    },
    network: spec.network,
    descriptors: DESCRIPTORS,
  };
  return { plan, executable: program.executable };
}

/** The folder of the program where it may be shown, else the program's file alone, else a refusal. */
async function allowedMounts(
  mounts: readonly ProgramMount[],
  forbidden: readonly ForbiddenPath[],
): Promise<readonly string[]> {
  const allowed = await Promise.all(
    mounts.map(async ({ folder, file }) => {
      try {
        return await resolveAllowedPath(folder, forbidden);
      } catch {
        // The folder holds more than the program; whether the file itself is allowed decides.
        return resolveAllowedPath(file, forbidden);
      }
    }),
  );
  return [...new Set(allowed)].toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
}

/** System folders are shown to every sandbox, so that nothing of ours may lie in them. */
function refuseDataInSystemFolder(dataFolder: string, forbidden: readonly ForbiddenPath[]): void {
  const hit = forbidden.find((entry) =>
    ['/usr', '/nix/store'].some((folder) => contains(folder, entry.path)),
  );
  if (!hit) return;
  throw taskExecutorError({
    code: 'sandbox_path_forbidden',
    message: `${hit.path} lies inside a folder that every sandbox sees, but ${hit.why}.`,
    remedy: `Move the data folder (${dataFolder}) out of /usr, for example to /var/lib/bakerst.`,
  });
}
