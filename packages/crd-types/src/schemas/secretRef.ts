import Type from 'typebox';

/** One key of a Secret in the namespace of the resource. */
export const secretKeyRef = (description: string) =>
  Type.Object(
    {
      name: Type.String({
        description: "Name of a Secret in the resource's own namespace.",
        maxLength: 253,
        'x-stoker-rules': ['secretName'],
      }),
      key: Type.String({ description: 'Key in that Secret.', maxLength: 253, 'x-stoker-rules': ['secretKey'] }),
    },
    { description },
  );
