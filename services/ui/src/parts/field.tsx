import { cloneElement, type ReactElement, useId } from 'react';

export interface FieldProps {
  readonly label: string;
  readonly hint?: string;
  readonly error?: string | undefined;
  readonly children: ReactElement<{ id?: string; 'aria-describedby'?: string; 'aria-invalid'?: boolean }>;
}

/** A control with its label, hint and error tied to it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId();
  const said = error ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {cloneElement(children, {
        id,
        'aria-invalid': error !== undefined,
        ...(said === undefined ? {} : { 'aria-describedby': `${id}-said` }),
      })}
      {said === undefined ? null : (
        <p id={`${id}-said`} className={error === undefined ? 'faint' : 'field-error'}>
          {said}
        </p>
      )}
    </div>
  );
}
