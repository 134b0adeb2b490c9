import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DENIED_SYSTEM_CALLS } from './denied-system-calls.ts';
import { type SeccompArchitecture, seccompFilter } from './seccomp-filter.ts';

const ALLOW = 0x7fff_0000;
const KILL = 0x8000_0000;
const AUDIT_ARCH = { x64: 0xc000_003e, arm64: 0xc000_00b7 } as const;

/** What the kernel would answer: the same machine, in a few lines. */
function judge(
  arch: SeccompArchitecture,
  call: { nr: number; args?: readonly number[]; auditArch?: number },
): number {
  const program = seccompFilter(arch);
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.nr, 0);
  data.writeUInt32LE(call.auditArch ?? AUDIT_ARCH[arch], 4);
  for (const [at, value] of (call.args ?? []).entries()) data.writeUInt32LE(value, 16 + at * 8);
  let accumulator = 0;
  for (let at = 0; at < program.length / 8; at += 1) {
    const [code, yes, no] = [
      program.readUInt16LE(at * 8),
      program.readUInt8(at * 8 + 2),
      program.readUInt8(at * 8 + 3),
    ];
    const value = program.readUInt32LE(at * 8 + 4);
    if (code === 0x06) return value;
    if (code === 0x20) accumulator = data.readUInt32LE(value);
    else if (code === 0x15) at += accumulator === value ? yes : no;
    else if (code === 0x35) at += accumulator >= value ? yes : no;
    else if (code === 0x45) at += (accumulator & value) !== 0 ? yes : no;
    else assert.fail(`unknown instruction ${code}`);
  }
  return assert.fail('the program ends without an answer');
}

for (const arch of ['x64', 'arm64'] as const) {
  test(`the filter for ${arch} refuses every listed call and allows the others`, () => {
    const denied = new Set<number>(Object.values(DENIED_SYSTEM_CALLS[arch]));
    for (let nr = 0; nr < 500; nr += 1) {
      if (nr === 435) continue;
      const isChecked = nr === (arch === 'x64' ? 41 : 198);
      const expected = denied.has(nr) ? 0x5_0001 : isChecked ? 0x5_0061 : ALLOW;
      assert.equal(judge(arch, { nr }), expected, `call ${nr}`);
    }
  });

  test(`the filter for ${arch} refuses new namespaces, strange sockets and terminal input`, () => {
    const [clone, socket, ioctl] = arch === 'x64' ? [56, 41, 16] : [220, 198, 29];
    assert.equal(judge(arch, { nr: clone, args: [0x0100_0011] }), ALLOW);
    for (const bit of [17, 25, 26, 27, 28, 29, 30]) {
      assert.equal(judge(arch, { nr: clone, args: [2 ** bit + 17] }), 0x5_0001);
    }
    // Its flags cannot be read: it does not exist, and libc uses clone.
    assert.equal(judge(arch, { nr: 435 }), 0x5_0026);
    for (const family of [1, 2, 10, 16]) assert.equal(judge(arch, { nr: socket, args: [family] }), ALLOW);
    for (const family of [0, 17, 31, 38, 40])
      assert.equal(judge(arch, { nr: socket, args: [family] }), 0x5_0061);
    assert.equal(judge(arch, { nr: ioctl, args: [0, 0x5412] }), 0x5_0001);
    assert.equal(judge(arch, { nr: ioctl, args: [0, 0x5413] }), ALLOW);
  });

  test(`calls of another architecture end the program on ${arch}`, () => {
    assert.equal(judge(arch, { nr: 1, auditArch: 0x4000_0003 }), KILL);
    if (arch === 'x64') assert.equal(judge(arch, { nr: 0x4000_0001 }), KILL);
  });
}
