import { readFileSync } from 'node:fs';
import { isIPv4 } from 'node:net';
import { join, resolve } from 'node:path';
import { cliError } from './errors.ts';

/** Which brain to talk to, and how to prove who asks. */
export interface Profile {
  readonly kind: 'local' | 'remote';
  /** Data folder of the local brain. */
  readonly home: string;
  /** Where the brain answers; absent while no local brain runs. */
  readonly url: string | undefined;
  /** Why there is no address. */
  readonly whyNot: string | undefined;
  /** Reads the token at time of use. @throws CodedError `cli_no_token` */
  readonly token: () => string;
}

export interface ProfileInputs {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly userHome: string;
  readonly url?: string;
  readonly tokenFile?: string;
  readonly home?: string;
  readonly allowHttp: boolean;
  /** Whether a process of this user with that id lives. */
  readonly isAlive: (pid: number) => boolean;
}

/** Local by default, from the data folder; remote with `--url` or `BAKERST_URL`. */
export function chooseProfile(inputs: ProfileInputs): Profile {
  const { env, userHome } = inputs;
  const home = absolute(inputs.home ?? filled(env.BAKERST_HOME) ?? '~/.bakerst', userHome);
  const remote = inputs.url ?? filled(env.BAKERST_URL);
  const tokenFile = inputs.tokenFile === undefined ? undefined : absolute(inputs.tokenFile, userHome);
  if (remote !== undefined) {
    const url = checkUrl(remote, inputs.allowHttp);
    return { kind: 'remote', home, url, whyNot: undefined, token: () => remoteToken(env, tokenFile) };
  }
  const token = () => filled(env.BAKERST_TOKEN) ?? readToken(tokenFile ?? join(home, 'cli-token'));
  return { kind: 'local', home, token, ...localAddress(home, inputs.isAlive) };
}

/**
 * The address file says where the brain of this folder listens. After a crash it is stale, and somebody else could
 * listen there by now: without a living process of ours behind it, no token is sent.
 */
function localAddress(home: string, isAlive: (pid: number) => boolean): Pick<Profile, 'url' | 'whyNot'> {
  const file = join(home, 'brain.json');
  let raw: unknown;
  try {
    raw = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    return { url: undefined, whyNot: missing ? `no brain runs on ${home}` : `${file} cannot be read` };
  }
  const { url, pid } = Object(raw) as Record<string, unknown>;
  if (typeof url !== 'string' || typeof pid !== 'number' || !URL.canParse(url)) {
    return { url: undefined, whyNot: `${file} is not an address file` };
  }
  if (!isAlive(pid)) return { url: undefined, whyNot: `the brain of ${home} is gone (pid ${pid})` };
  return { url: url.replace(/\/$/, ''), whyNot: undefined };
}

/** A token sent over plain HTTP can be read on the way. */
function checkUrl(text: string, allowHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') {
    throw cliError({
      code: 'cli_usage',
      message: 'The address is not one of a brain.',
      remedy: 'Write it as https://host[:port], without user or password.',
    });
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !allowHttp) {
    throw cliError({
      code: 'cli_no_token',
      message: `The token would travel to ${url.host} unencrypted.`,
      remedy: 'Use https, or pass --allow-http where the network itself is trusted.',
    });
  }
  return url.href.replace(/\/$/, '');
}

function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  );
}

function remoteToken(env: ProfileInputs['env'], tokenFile: string | undefined): string {
  const token = tokenFile === undefined ? filled(env.BAKERST_TOKEN) : readToken(tokenFile);
  if (token !== undefined) return token;
  throw cliError({
    code: 'cli_no_token',
    message: 'A remote brain needs a token.',
    remedy: 'Set BAKERST_TOKEN, or name a file that holds it with --token-file.',
  });
}

function readToken(file: string): string {
  try {
    const token = readFileSync(file, 'utf8').trim();
    if (/^[\x21-\x7e]{1,500}$/.test(token)) return token;
  } catch (cause) {
    throw cliError({
      code: 'cli_no_token',
      message: `The token file ${file} cannot be read.`,
      remedy:
        'Start the brain once (npm start): it writes the file. For another brain use --url and --token-file.',
      cause,
    });
  }
  throw cliError({
    code: 'cli_no_token',
    message: `The token file ${file} does not hold a token.`,
    remedy: 'Delete it and start the brain again: it writes a new one.',
  });
}

function filled(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}

function absolute(path: string, userHome: string): string {
  return resolve(path === '~' || path.startsWith('~/') ? join(userHome, path.slice(1)) : path);
}
