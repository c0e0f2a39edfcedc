"""What a person types and sees: options, questions, tables, completions."""
