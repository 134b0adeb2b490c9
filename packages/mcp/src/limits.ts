/** What a server may send before it is cut short or cut off. Everything it sends is hostile input. */
export interface McpLimits {
  /** One JSON-RPC message; a larger one ends the connection. */
  readonly messageBytes: number;
  /** Notifications and requests of the server within `floodWindowMs`; more ends the connection. */
  readonly floodMessages: number;
  readonly floodWindowMs: number;
  readonly tools: number;
  readonly toolPages: number;
  /** One tool object as JSON; a larger one leaves the tool out. */
  readonly toolBytes: number;
  /** All tool objects together. */
  readonly toolListBytes: number;
  readonly descriptionChars: number;
  readonly schemaDepth: number;
  readonly schemaNodes: number;
  /** `$ref`s in one schema. */
  readonly schemaRefs: number;
  /** Instructions of a server; longer ones leave its tools unpinned. */
  readonly instructionsBytes: number;
  /** Parts of one result that are read. */
  readonly resultParts: number;
  /** JSON of a structured result; a larger or deeper one is text only. */
  readonly structuredBytes: number;
  readonly structuredDepth: number;
  readonly handshakeMs: number;
  readonly listMs: number;
}

export const DEFAULT_MCP_LIMITS: McpLimits = {
  messageBytes: 64 * 1024 * 1024,
  floodMessages: 5_000,
  floodWindowMs: 10_000,
  tools: 256,
  toolPages: 64,
  toolBytes: 64 * 1024,
  toolListBytes: 4 * 1024 * 1024,
  descriptionChars: 8_000,
  schemaDepth: 24,
  schemaNodes: 2_000,
  schemaRefs: 64,
  instructionsBytes: 16 * 1024,
  resultParts: 1_000,
  structuredBytes: 64 * 1024,
  structuredDepth: 32,
  handshakeMs: 60_000,
  listMs: 30_000,
};
