import { DENIED_SYSTEM_CALLS } from './denied-system-calls.ts';

/**
 * The system call filter of a sandbox, as classic BPF bytes for `bwrap --seccomp`. It is a second wall behind the
 * namespaces: what it refuses is either a way to more privilege (mounts, new namespaces, keyrings, BPF, io_uring)
 * or a way to look into other processes. A refused call fails with an error the program can handle.
 */
export type SeccompArchitecture = 'x64' | 'arm64';

export function isSeccompArchitecture(arch: string): arch is SeccompArchitecture {
  return arch === 'x64' || arch === 'arm64';
}

export function seccompFilter(arch: SeccompArchitecture): Buffer {
  const calls = CHECKED_CALLS[arch];
  const program: Instruction[] = [
    load(OFFSET.arch),
    jumpIfEqual(AUDIT_ARCH[arch], 1, 0),
    answer(KILL_PROCESS),
    load(OFFSET.number),
    // The x32 numbers of x86-64 would be a second, unfiltered set of the same calls.
    ...(arch === 'x64' ? [jumpIfAtLeast(X32_BIT, 0, 1), answer(KILL_PROCESS)] : []),
    ...Object.values(DENIED_SYSTEM_CALLS[arch]).flatMap((number) => [
      jumpIfEqual(number, 0, 1),
      answer(failWith(EPERM)),
    ]),
    // clone3 hides its flags in memory that a filter cannot read; libc falls back to clone.
    jumpIfEqual(CLONE3, 0, 1),
    answer(failWith(ENOSYS)),
    ...onlyWhen(calls.clone, [
      load(OFFSET.firstArgument),
      jumpIfAnyBit(NEW_NAMESPACES, 0, 1),
      answer(failWith(EPERM)),
      answer(ALLOW),
    ]),
    ...onlyWhen(calls.socket, [
      load(OFFSET.firstArgument),
      ...SOCKET_FAMILIES.flatMap((family) => [jumpIfEqual(family, 0, 1), answer(ALLOW)]),
      answer(failWith(EAFNOSUPPORT)),
    ]),
    ...onlyWhen(calls.ioctl, [
      load(OFFSET.secondArgument),
      // Pushing characters into a terminal, and console control.
      ...[TIOCSTI, TIOCLINUX].flatMap((request) => [jumpIfEqual(request, 0, 1), answer(failWith(EPERM))]),
      answer(ALLOW),
    ]),
    answer(ALLOW),
  ];
  return Buffer.concat(program.map(encode));
}

interface Instruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly value: number;
}

/** Runs `body` only for one system call; the body must end with an answer. */
function onlyWhen(number: number, body: readonly Instruction[]): Instruction[] {
  return [jumpIfEqual(number, 0, body.length), ...body];
}

function load(offset: number): Instruction {
  return { code: 0x20, jumpTrue: 0, jumpFalse: 0, value: offset };
}

function jumpIfEqual(value: number, jumpTrue: number, jumpFalse: number): Instruction {
  return { code: 0x15, jumpTrue, jumpFalse, value };
}

function jumpIfAtLeast(value: number, jumpTrue: number, jumpFalse: number): Instruction {
  return { code: 0x35, jumpTrue, jumpFalse, value };
}

function jumpIfAnyBit(value: number, jumpTrue: number, jumpFalse: number): Instruction {
  return { code: 0x45, jumpTrue, jumpFalse, value };
}

function answer(value: number): Instruction {
  return { code: 0x06, jumpTrue: 0, jumpFalse: 0, value };
}

function failWith(errno: number): number {
  return 0x0005_0000 | errno;
}

function encode(instruction: Instruction): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(instruction.code, 0);
  bytes.writeUInt8(instruction.jumpTrue, 2);
  bytes.writeUInt8(instruction.jumpFalse, 3);
  bytes.writeUInt32LE(instruction.value >>> 0, 4);
  return bytes;
}

/** Offsets in `struct seccomp_data`; the arguments' lower halves on little-endian machines. */
const OFFSET = { number: 0, arch: 4, firstArgument: 16, secondArgument: 24 } as const;
const AUDIT_ARCH: Record<SeccompArchitecture, number> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };
const X32_BIT = 0x4000_0000;
const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;
const CLONE3 = 435;
/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET. */
const NEW_NAMESPACES = 0x7e02_0000;
/** AF_UNIX, AF_INET, AF_INET6, AF_NETLINK (libc lists interfaces with it); no vsock, packet, alg, bluetooth. */
const SOCKET_FAMILIES = [1, 2, 10, 16] as const;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;

/** Calls that are refused by an argument. */
const CHECKED_CALLS: Record<
  SeccompArchitecture,
  { readonly clone: number; readonly socket: number; readonly ioctl: number }
> = {
  x64: { clone: 56, socket: 41, ioctl: 16 },
  arm64: { clone: 220, socket: 198, ioctl: 29 },
};
