/** Providers want `type: object` and `properties` spelled out, also where a tool takes no arguments. */
export function objectSchema(parameters: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...parameters, type: 'object', properties: parameters.properties ?? {} };
}
