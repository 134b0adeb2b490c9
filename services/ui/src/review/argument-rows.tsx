import { revealHidden } from '../text/reveal-hidden.ts';
import { changeArgument, policyOf } from './review-draft.ts';
import type { ToolFormProps } from './tool-form.tsx';

/** What each argument is for. Everything that is not content decides where a call goes, and needs an origin. */
export function ArgumentRows({ tool, draft, onChange }: Omit<ToolFormProps, 'may'>) {
  const { arguments: all } = policyOf(draft, tool);
  const names = Object.keys(all);
  if (names.length === 0) return <p className="faint">It takes no arguments.</p>;
  return (
    <div className="argument-rows">
      <p className="argument-head" aria-hidden="true">
        <span>Argument</span>
        <span>Role</span>
        <span>What it stands for</span>
      </p>
      {names.map((name) => (
        <div key={name} className="argument-row">
          <code className="wrap-anywhere">{revealHidden(name)}</code>
          <select
            className="input"
            aria-label={`Role of ${revealHidden(name)}`}
            value={all[name]?.role ?? 'control'}
            onChange={(event) =>
              onChange(
                changeArgument(draft, tool, {
                  name,
                  change: { role: event.target.value === 'content' ? 'content' : 'control' },
                }),
              )
            }
          >
            <option value="control">control: who, where, how much</option>
            <option value="content">content: what is said</option>
          </select>
          <input
            className="input"
            aria-label={`Slot of ${revealHidden(name)}`}
            placeholder={name.toLowerCase().replace(/[^a-z0-9]+/g, '-')}
            pattern="[a-z][a-z0-9\-]{0,39}"
            value={all[name]?.slot ?? ''}
            onChange={(event) =>
              onChange(changeArgument(draft, tool, { name, change: { slot: event.target.value } }))
            }
          />
        </div>
      ))}
    </div>
  );
}
