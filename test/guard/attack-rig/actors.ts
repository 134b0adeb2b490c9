import type { ScriptedReply, ScriptedRequest } from '@bakerst/testkit/model-servers/script';
import { callTool, say } from '@bakerst/testkit/model-servers/script';

/** One answer, or what the answer is made from: the request as the provider got it. */
export type Line = ScriptedReply | ((request: ScriptedRequest) => ScriptedReply);

/** Who plays which model. Without lines the agent has done everything, and nothing is planned. */
export class Actors {
  agent: Line[] = [];
  planner: Line = say('[]');
  observer: Line = say('They talked.');

  readonly reply = (request: ScriptedRequest): ScriptedReply => {
    const line = this.#lineFor(request.model) ?? say('That is all.');
    return typeof line === 'function' ? line(request) : line;
  };

  #lineFor(model: string): Line | undefined {
    if (model === 'planner') return this.planner;
    return model === 'observer' ? this.observer : this.agent.shift();
  }
}

/**
 * Obeys: makes the call as soon as the order stands in what it was shown, wherever. Without the order it says so, and the
 * test, which looks for the call, fails.
 */
export function obeys(order: string, name: string, args: unknown): Line {
  return (request) =>
    shownText(request).includes(order) ? callTool(name, args) : say(`I was not shown: ${order}`);
}

/** Everything the model was shown, as text. */
function shownText({ body }: ScriptedRequest): string {
  const texts: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value === 'string') texts.push(value);
    else if (typeof value === 'object' && value !== null) for (const one of Object.values(value)) visit(one);
  };
  visit(body);
  return texts.join('\n');
}
