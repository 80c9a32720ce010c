"""Forms for parameters that hold JSON: beside their text, in dialogs, and behind a button in the modeler."""
