import { arch, cpus, freemem, platform, totalmem, uptime } from 'node:os';
import type { CoreTool, CoreToolParts } from './core-tools.ts';
import { errorResult, objectSchema, stringArg, textResult } from './tool-text.ts';

export function systemTools({ now, version }: CoreToolParts): readonly CoreTool[] {
  return [
    {
      definition: {
        name: 'system_info',
        description:
          'Tells about the machine this agent runs on: operating system, processors, memory, uptime, version.',
        parameters: objectSchema({}),
        effect: 'read',
        idempotent: true,
      },
      run: async () => textResult(JSON.stringify(systemInfo(version), null, 2)),
    },
    {
      definition: {
        name: 'current_time',
        description: 'Tells the current date and time. Without a time zone it answers in UTC.',
        parameters: objectSchema({
          time_zone: { type: 'string', description: 'IANA name, for example Europe/Berlin', maxLength: 64 },
        }),
        effect: 'read',
        idempotent: true,
      },
      run: async (args) => currentTime(new Date(now()), stringArg(args, 'time_zone') ?? 'UTC'),
    },
  ];
}

function systemInfo(version: string) {
  const gib = (bytes: number) => Math.round((bytes / 2 ** 30) * 10) / 10;
  return {
    system: `${platform()} ${arch()}`,
    processors: cpus().length,
    memoryGiB: { total: gib(totalmem()), free: gib(freemem()) },
    uptimeHours: Math.round((uptime() / 3_600) * 10) / 10,
    node: process.version,
    bakerStreet: version,
  };
}

function currentTime(at: Date, timeZone: string) {
  if (!isTimeZone(timeZone))
    return errorResult(`"${timeZone}" is not an IANA time zone name such as Europe/Berlin.`);
  const local = new Intl.DateTimeFormat('en-GB', { timeZone, dateStyle: 'full', timeStyle: 'long' }).format(
    at,
  );
  return textResult(`${local} (${timeZone}); UTC ${at.toISOString()}`);
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
