import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { MAX_POLICY_BYTES } from '@bakerst/guard/policy-document';
import type { PolicyProblem } from '@bakerst/shared/policy';

export type PolicyFileState =
  | { readonly state: 'read'; readonly text: string }
  | { readonly state: 'absent' }
  /** It is there, but what it says cannot be trusted or read. */
  | { readonly state: 'refused'; readonly problem: PolicyProblem };

/** Reads the policy file if nobody else can write it. Never throws. */
export function readPolicyFile(file: string): PolicyFileState {
  try {
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return { state: 'absent' };
    const problem = untrusted(file, stats);
    if (problem) return { state: 'refused', problem };
    return { state: 'read', text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file)) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    const why = code.startsWith('ERR_ENCODING') ? 'not UTF-8' : code;
    if (why === 'ENOENT' || why === 'ENOTDIR') return { state: 'absent' };
    const message = `${file} cannot be read (${why}).`;
    return {
      state: 'refused',
      problem: { path: '', message, remedy: 'Give this user access to it; write it in UTF-8.' },
    };
  }
}

function untrusted(file: string, stats: Stats): PolicyProblem | undefined {
  if (!stats.isFile()) {
    return { path: '', message: `${file} is not a file.`, remedy: 'Name a file with policy.file.' };
  }
  if (stats.size > MAX_POLICY_BYTES) {
    return {
      path: '',
      message: `${file} is larger than 1 MB.`,
      remedy: 'Name the right file with policy.file.',
    };
  }
  if ((stats.mode & 0o002) !== 0) {
    const message = `${file} can be written by every user of this machine, so what it allows cannot be trusted.`;
    return { path: '', message, remedy: `Run: chmod o-w ${file}` };
  }
  const { uid } = stats;
  const self = process.getuid?.() ?? uid;
  if (uid !== self && uid !== 0) {
    const message = `${file} belongs to another user, who can change what the agent may do.`;
    return { path: '', message, remedy: `Run: chown ${self} ${file}` };
  }
  const folder = statSync(dirname(file));
  if ((folder.mode & 0o002) !== 0 && (folder.mode & 0o1000) === 0) {
    const message = `Every user of this machine can put another file in the place of ${file}.`;
    return { path: '', message, remedy: `Run: chmod o-w ${dirname(file)}` };
  }
  return undefined;
}

/** Changes when the file may have changed: another file, another place it leads to, another time, size or mode. Never throws. */
export function fileSignature(file: string): string {
  return [lstatSync, statSync].map((look) => signatureOf(look, file)).join('|');
}

function signatureOf(look: typeof statSync, file: string): string {
  try {
    const stats = look(file, { throwIfNoEntry: false });
    if (!stats) return '-';
    return [stats.dev, stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs, stats.mode, stats.uid].join(':');
  } catch {
    return 'out of reach';
  }
}
