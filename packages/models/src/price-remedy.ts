/** The one line that gives a model a price: exactly what to add to the configuration file. */
export function priceRemedy(ref: string): string {
  const example = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 };
  const json = JSON.stringify({ models: { catalog: { [ref]: { price: example } } } });
  return `Add its price in micro-dollars per million tokens to config.json and restart (this example is $3 in, $15 out): ${json}`;
}
