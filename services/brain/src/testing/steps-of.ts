import type { Step, StepOf, StepType } from '@bakerst/shared/steps';

/** The first step of a type. */
export const find = <T extends StepType>(steps: readonly Step[], type: T): StepOf<T> | undefined =>
  steps.find((step): step is StepOf<T> => step.type === type);
