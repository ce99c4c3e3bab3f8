"""What others wrote: known vulnerabilities, licences, age, inventory. Behind ``make audit``."""
