import { type ModelCatalog, splitRef } from '@bakerst/models/catalog';
import { modelsError } from '@bakerst/models/errors';
import { priceRemedy } from '@bakerst/models/price-remedy';
import { nearestName } from '@bakerst/shared/nearest-name';

export interface ReferenceContext {
  readonly catalog: ModelCatalog;
  /** Every provider that may be named, configured or not. */
  readonly providers: ReadonlySet<string>;
}

/** Why a model cannot be named, as the error to raise; undefined where it can. */
export function modelReferenceProblem(ref: string, { catalog, providers }: ReferenceContext) {
  const [provider] = splitRef(ref);
  if (!providers.has(provider)) {
    const near = nearestName(provider, providers);
    return modelsError({
      code: 'model_unknown',
      message: `${ref} names the provider ${provider}, which is not configured.`,
      remedy: near === undefined ? `Configured are: ${[...providers].join(', ')}.` : `Did you mean ${near}?`,
    });
  }
  const info = catalog.find(ref);
  if (info === undefined) {
    const near = nearestName(ref, catalog.names());
    return modelsError({
      code: 'model_unknown',
      message: `${ref} is not a known model.`,
      remedy: `${near === undefined ? '' : `Did you mean ${near}? `}A new model needs a price first. ${priceRemedy(ref)}`,
    });
  }
  if (info.price === undefined && !info.unmetered) {
    return modelsError({
      code: 'model_without_price',
      message: `${ref} has no price, so what it may cost cannot be bounded.`,
      remedy: priceRemedy(ref),
    });
  }
  return undefined;
}
