import type { Readable, Writable } from 'node:stream';

/** A program that must not see more than it was given. Nothing that is not named here exists for it. */
export interface SandboxSpec {
  /** For logs and for the process title; no secret. */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** Host folders and files to show, at the same path. Resolved before the check against the data folder. */
  readonly paths: readonly { readonly path: string; readonly write: boolean }[];
  /** The host's network, or none at all (not even loopback of the host). */
  readonly network: boolean;
}

export interface SandboxedProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly pid: number;
  /** Resolves when the process is gone; never rejects. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  /** SIGTERM to the whole process group, SIGKILL after `graceMs`. Idempotent. */
  stop(graceMs: number): Promise<void>;
}

export interface SandboxAvailability {
  readonly available: boolean;
  readonly detail: string;
  readonly remedy?: string;
}

/** Starts programs behind walls. There is no way through it to a plain child: `unconfined` is another implementation. */
export interface SandboxLauncher {
  /** Probes once by really starting a sandbox; later calls answer from memory. */
  probe(): Promise<SandboxAvailability>;
  /** Rejects with `sandbox_unavailable`, `sandbox_path_forbidden` or `sandbox_start_failed`. */
  launch(spec: SandboxSpec): Promise<SandboxedProcess>;
}
