import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bubblewrapArguments, type SandboxPlan } from './bubblewrap-arguments.ts';

const PLAN: SandboxPlan = {
  system: [
    { kind: 'folder', path: '/usr' },
    { kind: 'link', path: '/bin', target: 'usr/bin' },
  ],
  files: [{ source: '/etc/ssl/certs', target: '/etc/ssl/certs' }],
  program: ['/opt/tool/bin'],
  paths: [
    { source: '/srv/real/deep', target: '/srv/notes/deep', write: true },
    { source: '/srv/real', target: '/srv/notes', write: false },
  ],
  env: { PATH: '/usr/bin', A_TOKEN: 'one two' },
  network: false,
  descriptors: { status: 4, seccomp: 5, passwd: 6, group: 7 },
};

/** One option with its values a line, as a reviewer would read it. */
const GOLDEN = `
--unshare-user
--unshare-pid
--unshare-net
--unshare-ipc
--unshare-uts
--unshare-cgroup-try
--hostname sandbox
--uid 1000
--gid 1000
--die-with-parent
--new-session
--cap-drop ALL
--ro-bind /usr /usr
--symlink usr/bin /bin
--ro-bind /etc/ssl/certs /etc/ssl/certs
--ro-bind-data 6 /etc/passwd
--ro-bind-data 7 /etc/group
--proc /proc
--remount-ro /proc
--dev /dev
--size 67108864
--tmpfs /dev/shm
--remount-ro /dev
--size 268435456
--perms 1777
--tmpfs /tmp
--size 1073741824
--perms 0700
--tmpfs /home/sandbox
--ro-bind /opt/tool/bin /opt/tool/bin
--ro-bind /srv/real /srv/notes
--bind /srv/real/deep /srv/notes/deep
--remount-ro /
--chdir /home/sandbox
--clearenv
--setenv A_TOKEN one two
--setenv PATH /usr/bin
--seccomp 5
--json-status-fd 4
`;

test('a plan becomes exactly these options, in this order', () => {
  assert.equal(asLines(bubblewrapArguments(PLAN)), GOLDEN.trim());
});

test('declaring the network leaves out only the network namespace', () => {
  const expected = GOLDEN.replace('--unshare-net\n', '').trim();
  assert.equal(asLines(bubblewrapArguments({ ...PLAN, network: true })), expected);
});

function asLines(args: readonly string[]): string {
  return args.map((arg, at) => (arg.startsWith('--') ? `${at === 0 ? '' : '\n'}${arg}` : ` ${arg}`)).join('');
}
