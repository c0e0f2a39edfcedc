"""Other people's programs and libraries: started, waited for, silenced, ended."""
