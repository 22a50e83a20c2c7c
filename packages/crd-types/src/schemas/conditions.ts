import Type from 'typebox';

/** `metav1.Condition`, as a list with one entry a type. */
export const conditions = (description: string) =>
  Type.Array(
    Type.Object({
      type: Type.String({ description: 'Which condition.', maxLength: 316 }),
      status: Type.Enum(['True', 'False', 'Unknown'], { description: 'Whether it holds.' }),
      reason: Type.String({ description: 'Why, in one word for programs.', minLength: 1, maxLength: 1024 }),
      message: Type.String({ description: 'Why, for people.', maxLength: 32768 }),
      lastTransitionTime: Type.String({ description: 'Since when the status is what it is.', format: 'date-time' }),
      observedGeneration: Type.Optional(
        Type.Integer({ description: 'Which generation of the spec this was said about.', minimum: 0 }),
      ),
    }),
    { description, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['type'] },
  );

export const observedGeneration = () =>
  Type.Optional(Type.Integer({ description: 'Which generation of the spec this status is about.', minimum: 0 }));
