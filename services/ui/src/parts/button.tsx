import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Tip } from './tooltip.tsx';

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label' | 'title'>;

export interface ButtonProps extends Native {
  readonly tone?: 'primary' | 'plain' | 'quiet' | 'danger';
  readonly busy?: boolean;
}

export function Button({ tone = 'plain', busy = false, className, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button button-${tone} ${className ?? ''}`}
      aria-busy={busy || undefined}
      disabled={busy || rest.disabled}
    >
      {busy ? <span className="spinner" aria-hidden="true" /> : null}
      {children}
    </button>
  );
}

export interface IconButtonProps extends Native {
  /** What it does: the name for a screen reader and the tip for everybody else. */
  readonly label: string;
  readonly icon: ReactNode;
  readonly shortcut?: string;
}

export function IconButton({ label, icon, shortcut, className, ...rest }: IconButtonProps) {
  return (
    <Tip text={label} {...(shortcut === undefined ? {} : { shortcut })}>
      <button type="button" {...rest} className={`icon-button ${className ?? ''}`} aria-label={label}>
        {icon}
      </button>
    </Tip>
  );
}
